/** WebSocket: subscriptions with credit, settling and publishing over one socket. Translates, never decides. */
package dev.postrider.broker.transport.websocket;
