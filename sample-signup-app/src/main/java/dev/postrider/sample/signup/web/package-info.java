/** The pages, and what the browser posts to them. */
package dev.postrider.sample.signup.web;
