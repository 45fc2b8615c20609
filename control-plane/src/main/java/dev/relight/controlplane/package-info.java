/**
 * The control plane: accepts requests, keeps each as a DAG in PostgreSQL, has its subtasks done by
 * the workers, and tells everybody.
 */
package dev.relight.controlplane;
