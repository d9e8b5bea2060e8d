/** The frames of {@code postrider.v1.binary}: bytes to values and back, for both sides of a socket. */
package dev.postrider.protocol.frame;
