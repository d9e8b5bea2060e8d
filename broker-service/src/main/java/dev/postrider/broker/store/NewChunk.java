package dev.postrider.broker.store;

import java.util.List;

/**
 * A chunk row to insert, with the deliveries that owe it.
 *
 * @param id made by the broker: see ChunkIds
 * @param records one or more record batches; not a copy
 * @param recordCount number of records in them
 * @param deliveries at least one
 */
public record NewChunk(long id, byte[] records, int recordCount, List<NewDelivery> deliveries) {}
