/** Where the data lives, its schema, and how work gets a session. */
package dev.postrider.sample.signup.database;
