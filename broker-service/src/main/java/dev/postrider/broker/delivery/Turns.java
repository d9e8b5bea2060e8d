package dev.postrider.broker.delivery;

/**
 * Keys that have a record to hand out: those of the highest priority come first, and among equals they take turns.
 * The lines are linked to each other, so that one can leave at any time. Not thread-safe.
 */
final class Turns {
    /** The level of a line that does not stand here. */
    static final int NONE = -1;

    private static final int LEVELS = 10;

    private final KeyLine[] first = new KeyLine[LEVELS];
    private final KeyLine[] last = new KeyLine[LEVELS];
    /** A bit for each level where a line stands. */
    private int levels;

    /** The line comes behind all others of its level, unless it stands there or higher already. */
    void add(KeyLine line, int level) {
        if (line.level >= level) {
            return;
        }
        remove(line);
        line.level = level;
        line.before = last[level];
        if (line.before == null) {
            first[level] = line;
        } else {
            line.before.after = line;
        }
        last[level] = line;
        levels |= 1 << level;
    }

    /** The line whose turn it is, which stands here no longer; null: there is none. */
    KeyLine poll() {
        if (levels == 0) {
            return null;
        }
        KeyLine line = first[Integer.SIZE - 1 - Integer.numberOfLeadingZeros(levels)];
        remove(line);
        return line;
    }

    /** The line stands here no longer, if it did. */
    void remove(KeyLine line) {
        int level = line.level;
        if (level == NONE) {
            return;
        }
        if (line.before == null) {
            first[level] = line.after;
        } else {
            line.before.after = line.after;
        }
        if (line.after == null) {
            last[level] = line.before;
        } else {
            line.after.before = line.before;
        }
        if (first[level] == null) {
            levels &= ~(1 << level);
        }
        line.before = null;
        line.after = null;
        line.level = NONE;
    }
}
