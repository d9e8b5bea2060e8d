package dev.postrider.client.internal.session;

import java.time.Duration;

/**
 * When a link is checked and when it is tried again.
 *
 * @param heartbeat between two pings; silence for twice as long ends the link
 */
public record LinkTiming(Duration heartbeat, Duration reconnectFirst, Duration reconnectLongest) {}
