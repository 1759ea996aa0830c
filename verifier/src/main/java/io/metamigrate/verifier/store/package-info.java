/**
 * Both stores as streams of values: the ZooKeeper tree by batched multi-reads, etcd by bounded
 * ranges at one revision, and the two side by side.
 *
 * <p>Takes connections; gives {@link io.metamigrate.verifier.store.Znode}s, {@link
 * io.metamigrate.verifier.store.EtcdEntry}s and {@link io.metamigrate.verifier.store.Pair}s.
 * Nothing here can write to a store, and memory does not grow with the tree.
 */
@NullMarked
package io.metamigrate.verifier.store;

import org.jspecify.annotations.NullMarked;
