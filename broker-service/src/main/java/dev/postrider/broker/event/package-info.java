/** Facts that the broker announces; nobody below knows who listens. */
package dev.postrider.broker.event;
