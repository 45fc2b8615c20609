/**
 * How hosts are reached, and how it is kept that each thing is done there once: see {@code
 * fence.sh}.
 */
package dev.relight.worker.transport;
