/** What every transport shares: JSON in and out, problem documents, limits. Translates, never decides. */
package dev.postrider.broker.transport;
