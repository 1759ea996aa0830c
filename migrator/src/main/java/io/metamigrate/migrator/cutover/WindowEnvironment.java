package io.metamigrate.migrator.cutover;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a command of the window works with, besides the stores.
 *
 * @param holder this process, as others read it in the lock
 * @param folder for files of this process, such as a stop that etcd could not record
 */
public record WindowEnvironment(
    NodeAccess nodes,
    Hooks hooks,
    StepListener listener,
    InstantSource clock,
    String holder,
    Path folder) {}
