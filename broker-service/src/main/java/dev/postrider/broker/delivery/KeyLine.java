package dev.postrider.broker.delivery;

/**
 * The records of one key that lie in memory, in order, and how many of them are under way. Not thread-safe.
 */
final class KeyLine {
    /** Null: a record without a key, which stands alone. */
    final String key;

    final int part;
    /** Records that are not settled, in line or under way. */
    int members;
    /** Those of them that are under way. */
    int busy;
    /** It waits for the time of its first record. */
    boolean waits;
    /** When its first record may be handed out. */
    long dueMillis;
    /** As many of its records count as runnable. */
    int runnable;

    /** Its place among the {@link Turns}. */
    KeyLine before;

    KeyLine after;
    int level = Turns.NONE;

    private Node head;
    private Node tail;

    /** A record that is not settled. */
    static final class Node {
        private final KeyLine line;
        private final ClaimedRange range;
        private final int index;
        private Node next;
        private boolean stands;
        private boolean underWay;
        private boolean gone;

        Node(KeyLine line, ClaimedRange range, int index) {
            this.line = line;
            this.range = range;
            this.index = index;
        }

        KeyLine line() {
            return line;
        }

        ClaimedRange range() {
            return range;
        }

        int index() {
            return index;
        }

        private boolean isReady() {
            return !gone && range.isReady(index);
        }

        private int compareTo(Node other) {
            int byPlace =
                    Long.compare(range.place().order(), other.range.place().order());
            int byChunk = byPlace != 0 ? byPlace : Long.compare(range.chunkId(), other.range.chunkId());
            return byChunk != 0 ? byChunk : Integer.compare(index, other.index);
        }
    }

    KeyLine(String key, int part) {
        this.key = key;
        this.part = part;
    }

    /** The first record that is ready; null: there is none. */
    Node head() {
        while (head != null && !head.isReady()) {
            head.stands = false;
            head = head.next;
        }
        return head;
    }

    /** Takes the {@linkplain #head first} record out: it is under way. */
    Node take() {
        Node taken = head;
        head = taken.next;
        taken.stands = false;
        taken.underWay = true;
        busy++;
        return taken;
    }

    /** The record is not under way any more, if it was. */
    void free(Node node) {
        if (node.underWay) {
            node.underWay = false;
            busy--;
        }
    }

    /** The record is settled, or no longer here. */
    void leave(Node node) {
        node.gone = true;
        members--;
    }

    /** Lines a ready record up where it belongs, unless it stands there already. */
    void insert(Node node) {
        if (node.stands) {
            return;
        }
        node.stands = true;
        node.next = null;
        if (head == null) {
            head = node;
            tail = node;
        } else if (tail.compareTo(node) < 0) {
            tail.next = node;
            tail = node;
        } else {
            insertBeforeTail(node);
        }
    }

    private void insertBeforeTail(Node node) {
        Node before = null;
        Node at = head;
        while (at.compareTo(node) < 0) {
            before = at;
            at = at.next;
        }
        node.next = at;
        if (before == null) {
            head = node;
        } else {
            before.next = node;
        }
    }
}
