/** Wiring, start and stop order, configuration, health. */
package dev.postrider.broker.app;
