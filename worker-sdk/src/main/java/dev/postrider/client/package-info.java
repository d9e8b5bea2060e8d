/**
 * The client: publishes, subscribes with demand, and manages queues. Nothing here blocks; results arrive on the
 * client's own event loop.
 */
package dev.postrider.client;
