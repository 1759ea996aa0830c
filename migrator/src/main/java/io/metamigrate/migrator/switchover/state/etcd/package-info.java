/** The document of the moves as one key on etcd, with a copy in ZooKeeper once that is claimed. */
package io.metamigrate.migrator.switchover.state.etcd;
