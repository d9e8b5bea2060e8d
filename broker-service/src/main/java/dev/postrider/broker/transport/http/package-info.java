/** The calls that move messages, as raw routes, and the gate that every call of the API passes. */
package dev.postrider.broker.transport.http;
