package dev.postrider.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BodiesTest {
    private static final long NANOS = -7_123_456_789L;
    private static final long ID = (3L << 40) + 12_345;

    @Test
    void bodiesOfBothKindsHaveTheSizeAndTheStampThatWereAskedFor() {
        for (int bytes : new int[] {100, 1_024}) {
            for (Bodies bodies : new Bodies[] {new RandomBodies(bytes, 1), new JsonBodies(bytes, 1)}) {
                byte[] body = bodies.next(NANOS, ID);
                assertThat(body).hasSize(bytes);
                assertThat(bodies.stamp(body)).isEqualTo(new Bodies.Stamp(NANOS, ID));
            }
        }
    }

    @Test
    void everyJsonBodyIsOneJsonObject() throws IOException {
        JsonBodies bodies = new JsonBodies(1_024, 1);
        for (int i = 0; i < 2_000; i++) {
            assertThat(new ObjectMapper().readTree(bodies.next(i, i)).isObject())
                    .isTrue();
        }
    }
}
