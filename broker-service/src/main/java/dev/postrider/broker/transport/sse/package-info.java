/** Server-sent events: a queue's messages as an endless response. Translates, never decides. */
package dev.postrider.broker.transport.sse;
