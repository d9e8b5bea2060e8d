/** Clients that mean harm, over raw sockets, and what they do to a broker and to its other clients. */
package dev.postrider.system.hostile;
