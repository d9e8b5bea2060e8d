/**
 * The running client: one link at a time, and what goes over it. Everything here lives on one event loop and is
 * touched from there only, unless a class says otherwise; the arithmetic is in classes without clock and socket.
 */
package dev.postrider.client.internal.session;
