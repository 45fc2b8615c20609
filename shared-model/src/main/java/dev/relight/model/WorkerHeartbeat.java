package dev.relight.model;

import java.util.List;

/**
 * A worker's sign of life, every 500 ms.
 *
 * @param worker id of the worker, new with every start of its process
 * @param pool the pool it serves
 * @param sequence counts this worker's heartbeats from 1
 * @param slots how many commands it runs at once at most
 * @param free how many of them are free, less the commands that it has fetched and not started
 * @param partitions the partitions of the pool's command topic that it reads now
 * @param running every dispatch that it runs now
 * @param profiles the profiles that it knows, null where it does not tell
 * @param restartOnly those of the profiles that cannot stop an agent, null where it does not tell
 * @param looks how many more hosts it can look at now, beside its slots
 * @param stopping whether it is in an orderly stop and takes no more commands
 */
public record WorkerHeartbeat(
    String worker,
    String pool,
    long sequence,
    int slots,
    int free,
    List<Integer> partitions,
    List<Dispatch> running,
    List<String> profiles,
    List<String> restartOnly,
    int looks,
    boolean stopping) {}
