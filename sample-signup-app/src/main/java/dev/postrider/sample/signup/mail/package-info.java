/** The activation mail, the SMTP server inside, and its inbox. */
package dev.postrider.sample.signup.mail;
