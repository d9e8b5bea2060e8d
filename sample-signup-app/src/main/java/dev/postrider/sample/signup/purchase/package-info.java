/** What is sold, who bought it, and how far each copy of a purchase has come. */
package dev.postrider.sample.signup.purchase;
