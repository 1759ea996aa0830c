package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.store.Revision;

/** An operation that etcd has accepted, and the revision at which it did. */
public record Applied(Operation operation, Revision at) {}
