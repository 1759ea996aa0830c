/**
 * The one document of all moves of a cluster: identity, scope, strategy, nodes, and for each move
 * its progress, its steps and its evidence. Immutable; written only through {@link
 * io.metamigrate.migrator.switchover.state.MoveStore}, conditional on the lock.
 */
package io.metamigrate.migrator.switchover.state;
