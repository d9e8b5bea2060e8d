/** Real brokers on a real primary with its standby, a network that can be harmed, and a plan that does all the harm. */
package dev.postrider.system.rig;
