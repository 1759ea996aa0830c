/** Opens everything that a move needs outside the pure code: the lock, both stores, the servers. */
package io.metamigrate.migrator.switchover.live;
