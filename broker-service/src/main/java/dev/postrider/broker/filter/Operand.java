package dev.postrider.broker.filter;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** One side of a comparison: something of the message, or a value. What the message does not have is null. */
sealed interface Operand {
    /** How the operand wants to be compared; that of the other side gives way to a number or a truth. */
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN
    }

    Kind kind();

    /** Null if there is none. */
    String text(FilterSubject subject);

    /** Null if there is none, or if it is not a number. */
    default BigDecimal number(FilterSubject subject) {
        String text = text(subject);
        return text == null ? null : Numbers.parse(text);
    }

    /** {@link Truth#UNKNOWN} if it is neither true nor false. */
    default Truth truth(FilterSubject subject) {
        String text = text(subject);
        if ("true".equalsIgnoreCase(text)) {
            return Truth.TRUE;
        }
        return "false".equalsIgnoreCase(text) ? Truth.FALSE : Truth.UNKNOWN;
    }

    /** Appends it as a filter has it. */
    void print(StringBuilder out);

    /** A header of the message. */
    record Header(String name) implements Operand {
        private static final Pattern BARE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

        @Override
        public Kind kind() {
            return Kind.TEXT;
        }

        @Override
        public String text(FilterSubject subject) {
            return subject.header(name);
        }

        @Override
        public void print(StringBuilder out) {
            out.append("headers.");
            if (BARE.matcher(name).matches()) {
                out.append(name);
            } else {
                out.append('"').append(name.replace("\"", "\"\"")).append('"');
            }
        }
    }

    /** A text of the filter. */
    record Text(String value) implements Operand {
        @Override
        public Kind kind() {
            return Kind.TEXT;
        }

        @Override
        public String text(FilterSubject subject) {
            return value;
        }

        @Override
        public void print(StringBuilder out) {
            out.append('\'').append(value.replace("'", "''")).append('\'');
        }
    }

    /** A number of the filter. */
    record Numeral(BigDecimal value) implements Operand {
        @Override
        public Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        public String text(FilterSubject subject) {
            return value.toString();
        }

        @Override
        public BigDecimal number(FilterSubject subject) {
            return value;
        }

        @Override
        public void print(StringBuilder out) {
            out.append(value);
        }
    }

    /** TRUE or FALSE in the filter. */
    record Flag(boolean value) implements Operand {
        @Override
        public Kind kind() {
            return Kind.BOOLEAN;
        }

        @Override
        public String text(FilterSubject subject) {
            return Boolean.toString(value);
        }

        @Override
        public Truth truth(FilterSubject subject) {
            return Truth.of(value);
        }

        @Override
        public void print(StringBuilder out) {
            out.append(value ? "TRUE" : "FALSE");
        }
    }

    /** A property of the message that is not a header. */
    enum Property implements Operand {
        KEY("key") {
            @Override
            public String text(FilterSubject subject) {
                return subject.key();
            }
        },
        TYPE("type") {
            @Override
            public String text(FilterSubject subject) {
                return subject.type();
            }
        },
        SOURCE("source") {
            @Override
            public String text(FilterSubject subject) {
                return subject.source();
            }
        },
        CONTENT_TYPE("contentType") {
            @Override
            public String text(FilterSubject subject) {
                return subject.contentType();
            }
        },
        PRIORITY("priority") {
            @Override
            public Kind kind() {
                return Kind.NUMBER;
            }

            @Override
            public String text(FilterSubject subject) {
                return Integer.toString(subject.priority());
            }

            @Override
            public BigDecimal number(FilterSubject subject) {
                return BigDecimal.valueOf(subject.priority());
            }
        };

        private final String word;

        Property(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        @Override
        public Kind kind() {
            return Kind.TEXT;
        }

        @Override
        public void print(StringBuilder out) {
            out.append(word);
        }
    }
}
