/** A sign-up whose mail goes through a queue: the smallest application that shows what Postrider is for. */
package dev.postrider.sample.signup;
