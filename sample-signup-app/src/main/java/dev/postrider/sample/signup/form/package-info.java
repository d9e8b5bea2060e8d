/** What all forms check alike. */
package dev.postrider.sample.signup.form;
