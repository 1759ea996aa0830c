/**
 * The read-only module: reads ZooKeeper and etcd, knows what must be true of both, and has no code
 * that can write to either.
 */
@NullMarked
package io.metamigrate.verifier;

import org.jspecify.annotations.NullMarked;
