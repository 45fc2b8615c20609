package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;

/** A task that was asked for and is not stored yet. */
record NewTask(TaskRequest request, Receipt receipt, Plan plan) {}
