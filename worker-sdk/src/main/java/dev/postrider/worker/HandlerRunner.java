package dev.postrider.worker;

/** The way in which handlers run: on threads, or on the event loop. */
interface HandlerRunner {

    /** Hears the end of one handler. Called once for each {@link Running}. */
    interface End {
        /** @param failure null if the handler succeeded */
        void handled(Throwable failure);
    }

    /** A handler that was started. */
    interface Running {
        /** Interrupts or cancels it. A thread that takes no notice runs on, and its end is told when it comes. */
        void stop();
    }

    /** Reads the payload and starts the handler. Never throws; what goes wrong is told to {@code end}. */
    Running run(Delivery delivery, End end);

    /** No more will be run. */
    void close();
}
