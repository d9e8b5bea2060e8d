/** Who signed up, and how they prove their address. */
package dev.postrider.sample.signup.account;
