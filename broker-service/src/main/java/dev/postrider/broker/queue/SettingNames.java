package dev.postrider.broker.queue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The constants of settings under the names that they have in the API and in storage. */
public final class SettingNames {
    private SettingNames() {}

    /** {@code DROP_OLDEST} is {@code drop-oldest}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant with that name; empty if none of {@code known} has it. */
    public static <E extends Enum<E>> Optional<E> find(E[] known, String name) {
        return Arrays.stream(known)
                .filter(constant -> of(constant).equals(name))
                .findFirst();
    }
}
