/** The states of tasks and subtasks and every legal move between them. Nothing but Java. */
package dev.relight.controlplane.task;
