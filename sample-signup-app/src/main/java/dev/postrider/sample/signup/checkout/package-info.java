/** Buying: what is asked, what is checked, what is stored at once. */
package dev.postrider.sample.signup.checkout;
