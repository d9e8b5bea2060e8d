/** A small broker in memory that speaks the parts of the API which the SDK needs, with faults on demand. */
package dev.postrider.testbroker;
