/**
 * etcd as a move sees it: read at its present revision, written under the lock and the direction.
 */
package io.metamigrate.migrator.switchover.side.etcd;
