/**
 * Topics that are followed: a connection for each, over which server-sent events come. Everything here lives on the
 * client's event loop and is touched from there only, unless a class says otherwise.
 */
package dev.postrider.client.internal.follow;
