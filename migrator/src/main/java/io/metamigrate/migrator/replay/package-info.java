/**
 * Operations become guarded transactions on etcd.
 *
 * <p>Takes {@link io.metamigrate.migrator.replay.Operation}s; gives {@link
 * io.metamigrate.migrator.replay.Applied}s. Every transaction compares the daemon's lock, the
 * persisted direction and, for each key, what was last seen of it; and every transaction puts the
 * daemon's mark, so that the history of etcd distinguishes own writes from foreign ones.
 */
@NullMarked
package io.metamigrate.migrator.replay;

import org.jspecify.annotations.NullMarked;
