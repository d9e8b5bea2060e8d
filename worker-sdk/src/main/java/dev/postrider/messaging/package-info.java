/**
 * The connector {@code postrider} for SmallRye Reactive Messaging: queues as channels of annotated methods.
 *
 * <pre>
 * mp.messaging.incoming.mails.connector=postrider
 * mp.messaging.incoming.mails.queue=emails
 *
 * {@literal @}Incoming("mails")
 * Uni&lt;Void&gt; send(ActivationMail mail) { … }
 * </pre>
 */
package dev.postrider.messaging;
