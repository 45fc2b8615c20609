package dev.relight.controlplane.engine;

import dev.relight.model.HostLook;
import java.util.List;

/** Hosts that a worker is to look at when it has time. */
public record LooksDue(String worker, List<HostLook> looks) {}
