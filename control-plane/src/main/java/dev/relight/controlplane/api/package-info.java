/**
 * The REST edge: the only place that knows HTTP.
 *
 * <p>A resource takes the checked parameters of a request and gives back a record; {@link
 * dev.relight.controlplane.api.Edge} puts the record into the envelope that every answer has,
 * {@link dev.relight.controlplane.api.Problems} turns every failure into one of the contract's
 * errors. What is turned away before it comes to a resource, {@link
 * dev.relight.controlplane.api.EarlyAnswer} answers in the same form. Every path is served with and
 * without {@code /api/v2} in front.
 */
package dev.relight.controlplane.api;
