package dev.postrider.benchmarks.workload;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * JSON objects as applications send them: the same fields in each, values that differ, so that a batch of them
 * compresses and one alone hardly does. A thousand documents are made beforehand and stamped in turn.
 */
public final class JsonBodies implements Bodies {
    private static final int DOCUMENTS = 1_024;
    private static final String BEGINNING = "{\"at\":\"0123456789abcdef\",\"id\":\"0123456789abcdef\"";
    private static final int NANOS_AT = 7;
    private static final int ID_AT = 31;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String[] FIELDS = {
        "customer", "street", "city", "product", "quantity", "price", "currency", "note", "channel", "reference"
    };
    private static final String[] WORDS = {
        "amber", "birch", "copper", "dover", "ember", "fjord", "garnet", "harbour", "indigo", "juniper", "kestrel",
        "linden", "marble", "nutmeg", "orchid", "pepper", "quartz", "raven", "saffron", "timber", "umber", "velvet",
        "willow", "xenon", "yarrow", "zephyr"
    };

    private final byte[][] documents = new byte[DOCUMENTS][];
    private int turn;

    /** Bodies of that length. */
    public JsonBodies(int bytes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            documents[i] = document(bytes, random);
        }
    }

    private static byte[] document(int bytes, SplittableRandom random) {
        StringBuilder text = new StringBuilder(BEGINNING);
        int field = 0;
        String next = member(field, random);
        while (text.length() + next.length() + 10 <= bytes) {
            text.append(next);
            field++;
            next = member(field, random);
        }
        text.append(",\"x\":\"");
        while (text.length() < bytes - 2) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String member(int field, SplittableRandom random) {
        String name = FIELDS[field % FIELDS.length] + (field < FIELDS.length ? "" : field / FIELDS.length);
        String value = field % 3 == 2
                ? Integer.toString(random.nextInt(1_000_000))
                : '"'
                        + WORDS[random.nextInt(WORDS.length)]
                        + ' '
                        + WORDS[random.nextInt(WORDS.length)]
                        + ' '
                        + random.nextInt(10_000)
                        + '"';
        return ",\"" + name + "\":" + value;
    }

    @Override
    public byte[] next(long nanos, long id) {
        byte[] body = documents[turn++ & DOCUMENTS - 1].clone();
        write(body, NANOS_AT, nanos);
        write(body, ID_AT, id);
        return body;
    }

    private static void write(byte[] body, int at, long value) {
        for (int i = 0; i < 16; i++) {
            body[at + i] = DIGITS[(int) (value >>> 60 - 4 * i) & 15];
        }
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public Stamp stamp(byte[] body) {
        return new Stamp(read(body, NANOS_AT), read(body, ID_AT));
    }

    private static long read(byte[] body, int at) {
        long value = 0;
        for (int i = 0; i < 16; i++) {
            value = value << 4 | Character.digit(body[at + i], 16);
        }
        return value;
    }
}
