/** The ports to storage. Times are milliseconds since 1970 in the database's clock unless a name says otherwise. */
package dev.postrider.broker.store;
