package dev.postrider.client.internal.session;

/** Counts messages and bytes against two bounds. Safe for any thread. */
final class PublishBudget {
    private final long messagesMax;
    private final long bytesMax;
    private long messages;
    private long bytes;

    PublishBudget(long messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** Takes both or nothing. Something that is too large for the bounds is let in when nothing else is there. */
    synchronized boolean take(int moreMessages, long moreBytes) {
        boolean fits = messages + moreMessages <= messagesMax && bytes + moreBytes <= bytesMax;
        if (!fits && messages > 0) {
            return false;
        }
        messages += moreMessages;
        bytes += moreBytes;
        return true;
    }

    synchronized void give(int fewerMessages, long fewerBytes) {
        messages -= fewerMessages;
        bytes -= fewerBytes;
        if (messages < 0 || bytes < 0) {
            throw new IllegalStateException("gave more than was taken: " + messages + " messages, " + bytes + " bytes");
        }
    }

    synchronized boolean isEmpty() {
        return messages == 0;
    }
}
