/**
 * Who may do what: users with a password, access keys and roles, kept in PostgreSQL.
 *
 * <p>{@link dev.relight.controlplane.security.PasswordIdentity} turns the name and password of a
 * request into an identity whose roles already contain what they include, so that an operation
 * names only the one role that it needs; {@link
 * dev.relight.controlplane.security.SignatureMechanism} does so with a signature over the request,
 * {@link dev.relight.controlplane.security.TokenCaller} with a token of an issuer. The first start
 * makes the first user. {@link dev.relight.controlplane.security.Audit} writes down who asked for
 * which change.
 */
package dev.relight.controlplane.security;
