/** A durable PostgreSQL inside the process tree of a Java program; see docs/adr/0003-embedded-postgresql.md. */
package dev.postrider.embedded;
