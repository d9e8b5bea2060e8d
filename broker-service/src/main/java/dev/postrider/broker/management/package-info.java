/** The management of queues and dead letters, as resources. Requests have passed the API's gate. */
package dev.postrider.broker.management;
