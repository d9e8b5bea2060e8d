/** A real browser, driven as a person would use it. */
package dev.postrider.system.browser;
