package dev.postrider.client.internal.follow;

/**
 * An event as it came.
 *
 * @param type {@code message} unless the stream says otherwise
 * @param data its lines, joined by line feeds
 * @param lastEventId the last id of the stream, this event's or one before it; null: there was none
 */
record ServerSentEvent(String type, String data, String lastEventId) {}
