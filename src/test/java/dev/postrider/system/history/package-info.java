/** Records what clients of a broker did and saw, and judges it. */
package dev.postrider.system.history;
