package dev.postrider.protocol.frame;

import dev.postrider.protocol.MessageIds;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Ids of which most are made when they are asked for: nobody pays for those that nobody reads. */
final class IdList extends AbstractList<String> {
    private record Group(int position, String chosen, long chunkId, int first) {
        String id(int offset) {
            return chosen != null ? chosen : MessageIds.derived(chunkId, first + offset);
        }
    }

    private final List<Group> groups = new ArrayList<>(1);
    private int size;

    void addChosen(String id) {
        groups.add(new Group(size, id, 0, 0));
        size++;
    }

    void addDerived(long chunkId, int first, int count) {
        groups.add(new Group(size, null, chunkId, first));
        size += count;
    }

    @Override
    public String get(int index) {
        Objects.checkIndex(index, size);
        int low = 0;
        int high = groups.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (groups.get(middle).position() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Group group = groups.get(low);
        return group.id(index - group.position());
    }

    @Override
    public int size() {
        return size;
    }
}
