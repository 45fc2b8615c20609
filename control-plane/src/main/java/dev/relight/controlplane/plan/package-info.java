/** A request becomes a DAG: which subtasks, in which order, on which hosts. Nothing but Java. */
package dev.relight.controlplane.plan;
