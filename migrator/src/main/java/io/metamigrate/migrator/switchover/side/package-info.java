/**
 * The two stores as a move sees them. Interfaces and values only; each change takes a {@link
 * io.metamigrate.migrator.switchover.engine.Permit}.
 */
package io.metamigrate.migrator.switchover.side;
