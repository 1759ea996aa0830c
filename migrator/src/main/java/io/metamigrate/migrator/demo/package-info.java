/**
 * Something to try the product on: a ZooKeeper with a realistic Pulsar tree, and an etcd, both real
 * servers started for the purpose on loopback and ended with it.
 *
 * <p>Takes an empty directory and a size; gives addresses. Writes only to servers that it started
 * or that its caller names, never to a store that is being migrated.
 */
@NullMarked
package io.metamigrate.migrator.demo;

import org.jspecify.annotations.NullMarked;
