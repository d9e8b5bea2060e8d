package dev.postrider.broker.management;

import dev.postrider.broker.transport.JsonInput;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * What a redrive asks for.
 *
 * @param ids message ids; null: all
 * @param to another queue; null: the one where they failed
 */
record RedriveJson(List<String> ids, String to) {
    private static final int IDS_MAX = 1_000;

    static RedriveJson read(byte[] body) {
        if (body.length == 0) {
            return new RedriveJson(null, null);
        }
        List<String> ids = new ArrayList<>();
        String[] to = {null};
        JsonInput in = JsonInput.of(body);
        in.object("The body", field -> {
            switch (field) {
                case "ids" -> {
                    if (!in.takeNull()) {
                        in.array(field, 1, IDS_MAX, () -> ids.add(MessageIds.check("ids[]", in.string("ids[]"))));
                    }
                }
                case "to" -> to[0] = in.takeNull() ? null : Names.check("queue", in.string(field));
                default -> {
                    return false;
                }
            }
            return true;
        });
        in.end();
        return new RedriveJson(ids.isEmpty() ? null : ids, to[0]);
    }
}
