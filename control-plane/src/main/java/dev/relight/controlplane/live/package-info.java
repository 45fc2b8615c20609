/**
 * The events of tasks as they come, for whoever looks on. PostgreSQL is read, ten times a second
 * and only while there are viewers; what is read is encoded once for all who follow the same.
 */
package dev.relight.controlplane.live;
