/**
 * What touches ZooKeeper in the window: guarded writes, the fence, the mirrors of registrations,
 * the watch for late writes. Takes decisions that were made elsewhere, from values; gives what is
 * so.
 *
 * <p>Invariant: nothing is written to ZooKeeper outside the paths named in the plan, and nothing by
 * a process that is not the last to have taken {@code /metamigrate}.
 */
@NullMarked
package io.metamigrate.migrator.cutover.fence;

import org.jspecify.annotations.NullMarked;
