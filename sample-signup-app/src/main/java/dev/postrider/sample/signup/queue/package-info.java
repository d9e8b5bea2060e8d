/** The mail's way through the queue: outbox relay, worker, dead letters. */
package dev.postrider.sample.signup.queue;
