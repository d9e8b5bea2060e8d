/** The parts behind the client's interface. Not API: may change with any release. */
package dev.postrider.client.internal;
