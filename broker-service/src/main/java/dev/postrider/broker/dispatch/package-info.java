/**
 * The running loops, and what the transports use of them. Everything asynchronous is a Vert.x future that completes
 * on the caller's context; every refusal is a {@link dev.postrider.broker.BrokerException} with its problem code.
 */
package dev.postrider.broker.dispatch;
