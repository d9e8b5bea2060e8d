/**
 * The language in which a subscription says which messages it wants. Plain Java without clock, thread or I/O: a text
 * becomes a {@link dev.postrider.broker.filter.Filter}, and that says of a message whether it matches.
 */
package dev.postrider.broker.filter;
