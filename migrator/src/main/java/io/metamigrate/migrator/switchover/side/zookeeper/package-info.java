/** ZooKeeper as a move sees it, by the same guard, fence, watch and bridge as the window's. */
package io.metamigrate.migrator.switchover.side.zookeeper;
