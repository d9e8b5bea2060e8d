package dev.postrider.broker.delivery;

/**
 * The records of one key that lie in memory, in order, and whether one of them is under way: then no other is handed
 * out. Not thread-safe.
 */
final class KeyLine {
    /** Null: a record without a key, which stands alone. */
    final String key;

    final int part;
    /** Records that are not settled, in line or under way. */
    int members;
    /** It waits for its turn, or for its time. */
    boolean queued;
    /** When its first record may be handed out. */
    long dueMillis;

    private Node head;
    private Node tail;
    private ClaimedRange busyRange;
    private int busyIndex;

    /** A record in line. */
    static final class Node {
        private ClaimedRange range;
        private final int index;
        private Node next;

        private Node(ClaimedRange range, int index) {
            this.range = range;
            this.index = index;
        }

        ClaimedRange range() {
            return range;
        }

        int index() {
            return index;
        }

        private int compareTo(ClaimedRange other, int otherIndex) {
            int byPlace = Long.compare(range.place().order(), other.place().order());
            int byChunk = byPlace != 0 ? byPlace : Long.compare(range.chunkId(), other.chunkId());
            return byChunk != 0 ? byChunk : Integer.compare(index, otherIndex);
        }
    }

    KeyLine(String key, int part) {
        this.key = key;
        this.part = part;
    }

    /** The first record that is ready; null: there is none. */
    Node head() {
        while (head != null && !head.range.isReady(head.index)) {
            head = head.next;
        }
        return head;
    }

    /** Takes the first record out: it is under way. */
    Node take() {
        Node taken = head;
        head = taken.next;
        busyRange = taken.range;
        busyIndex = taken.index;
        return taken;
    }

    boolean isBusy() {
        return busyRange != null;
    }

    boolean isBusyWith(ClaimedRange range, int index) {
        return busyRange == range && busyIndex == index;
    }

    void free() {
        busyRange = null;
    }

    /** Lines a ready record up where it belongs, unless it stands there already. */
    void insert(ClaimedRange range, int index) {
        if (head == null) {
            head = new Node(range, index);
            tail = head;
        } else if (tail.compareTo(range, index) < 0) {
            tail.next = new Node(range, index);
            tail = tail.next;
        } else {
            insertBeforeTail(range, index);
        }
    }

    private void insertBeforeTail(ClaimedRange range, int index) {
        Node before = null;
        Node at = head;
        while (at.compareTo(range, index) < 0) {
            before = at;
            at = at.next;
        }
        if (at.compareTo(range, index) == 0) {
            // The range was lost and claimed anew.
            at.range = range;
            return;
        }
        Node node = new Node(range, index);
        node.next = at;
        if (before == null) {
            head = node;
        } else {
            before.next = node;
        }
    }
}
