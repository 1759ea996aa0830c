/** The servers as a move sees them: what is configured, what runs, and the four actions on them. */
package io.metamigrate.migrator.switchover.node;
