/** A fake cluster with both stores, what may go wrong in it, and a checker of what must not. */
package io.metamigrate.migrator.switchover.world;
