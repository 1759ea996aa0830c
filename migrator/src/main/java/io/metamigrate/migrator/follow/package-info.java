/**
 * Live ZooKeeper changes become the same operations as the first copy.
 *
 * <p>Takes a watch on the whole tree and the version map; gives operations to the guarded writer. A
 * watch reports that a path changed, not what it is now: paths are coalesced and read again.
 * Whatever may have been missed is found by comparing the stores.
 */
@NullMarked
package io.metamigrate.migrator.follow;

import org.jspecify.annotations.NullMarked;
