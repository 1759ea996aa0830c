/**
 * The state of the move: the persisted phase, direction and checkpoint, and which step may follow
 * which. Pure: values in, values out, no client and no clock of its own.
 */
@NullMarked
package io.metamigrate.migrator.phase;

import org.jspecify.annotations.NullMarked;
