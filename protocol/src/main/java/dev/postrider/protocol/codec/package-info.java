/** Bytes to records and back: the one encoding used on the binary wire, in storage and in memory. */
package dev.postrider.protocol.codec;
