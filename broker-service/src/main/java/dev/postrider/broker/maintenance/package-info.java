/** The slow loops: heartbeat and reaping, staging, polling, sweeping. Each has a {@code runOnce} and never dies. */
package dev.postrider.broker.maintenance;
