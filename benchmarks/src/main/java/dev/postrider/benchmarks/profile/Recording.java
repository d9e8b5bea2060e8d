package dev.postrider.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/** The samples of a flight recording that fall into a span of time: of threads that ran, in Java or in native code. */
final class Recording {
    private static final String OWN = "dev.postrider.";

    private final Shares byOwnMethod = new Shares();
    private final Shares byTopMethod = new Shares();

    private Recording() {}

    static Recording read(Path file, Instant from, Instant to) throws IOException {
        Recording recording = new Recording();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (isSample(event)
                        && event.getStartTime().isAfter(from)
                        && event.getStartTime().isBefore(to)) {
                    recording.add(event.getStackTrace().getFrames());
                }
            }
        }
        return recording;
    }

    /** A sample of native code is of a call that blocks as a rule, except where it writes to a socket. */
    private static boolean isSample(RecordedEvent event) {
        String type = event.getEventType().getName();
        if (event.getStackTrace() == null || event.getStackTrace().getFrames().isEmpty()) {
            return false;
        }
        return "jdk.ExecutionSample".equals(type)
                || "jdk.NativeMethodSample".equals(type)
                        && name(event.getStackTrace().getFrames().get(0)).contains("write");
    }

    private void add(List<RecordedFrame> frames) {
        byTopMethod.add(name(frames.get(0)));
        byOwnMethod.add(frames.stream()
                .map(Recording::name)
                .filter(name -> name.startsWith(OWN))
                .findFirst()
                .map(name -> name.substring(OWN.length()))
                .orElseGet(() -> "none of ours: " + name(frames.get(frames.size() - 1))));
    }

    private static String name(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        return method.getType().getName() + "." + method.getName();
    }

    String markdown(int rows) {
        return byOwnMethod.markdown("nearest method of ours", rows) + "\n"
                + byTopMethod.markdown("method on top", rows);
    }
}
