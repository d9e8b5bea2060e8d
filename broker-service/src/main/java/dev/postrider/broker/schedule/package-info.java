/** When schedules fire: definitions and the arithmetic of calendars, without clock, thread or I/O. */
package dev.postrider.broker.schedule;
