/** What a message is, once it is a record. */
package dev.postrider.protocol.record;
