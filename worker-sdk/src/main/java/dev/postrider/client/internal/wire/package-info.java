/** What goes over the wire: a small port to the broker, and the JSON sub-protocol behind it. Knows no session. */
package dev.postrider.client.internal.wire;
