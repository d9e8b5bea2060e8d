package dev.postrider.broker.simulation;

import java.util.PriorityQueue;

/** The one order of events of a whole simulated world. Time passes only from event to event. */
final class Scheduler {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowMillis;
    private long lastNumber;

    /** Something that is going to happen unless it is cancelled. */
    static final class Event implements Comparable<Event> {
        private final long atMillis;
        private final long number;
        private Runnable task;

        private Event(long atMillis, long number, Runnable task) {
            this.atMillis = atMillis;
            this.number = number;
            this.task = task;
        }

        void cancel() {
            task = null;
        }

        boolean isCancelled() {
            return task == null;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Milliseconds since the beginning of the world. */
    long nowMillis() {
        return nowMillis;
    }

    /** Events so far. */
    long count() {
        return lastNumber;
    }

    /** Runs the task so much later, behind what is planned for the same time. */
    Event after(long delayMillis, Runnable task) {
        Event event = new Event(nowMillis + Math.max(0, delayMillis), ++lastNumber, task);
        events.add(event);
        return event;
    }

    /** Lets everything happen up to and including that time. */
    void runUntil(long millis) {
        while (!events.isEmpty() && events.peek().atMillis <= millis) {
            Event event = events.poll();
            nowMillis = event.atMillis;
            if (!event.isCancelled()) {
                event.task.run();
            }
        }
        nowMillis = millis;
    }
}
