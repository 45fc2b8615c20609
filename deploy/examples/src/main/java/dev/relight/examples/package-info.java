/**
 * A program of somebody else: all it knows of Relight is the document of its topics. {@link
 * dev.relight.examples.Mirror} has every task as its events tell it, {@link
 * dev.relight.examples.Main} reads them.
 */
package dev.relight.examples;
