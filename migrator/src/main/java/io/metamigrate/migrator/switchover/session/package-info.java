/**
 * What one process of a move holds open on both stores: the lock, the right to write to ZooKeeper,
 * following. Below the adapters, which translate it into the interfaces of the steps.
 */
package io.metamigrate.migrator.switchover.session;
