/** What happened to an account's mail: recorded as facts, summed up for a page, announced while it happens. */
package dev.postrider.sample.signup.journey;
