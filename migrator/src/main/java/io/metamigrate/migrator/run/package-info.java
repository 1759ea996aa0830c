/**
 * The move itself: one driver that takes the stores from a survey to a verified copy, and follows.
 * Adapters are handed in; decisions come from the pure packages.
 */
@NullMarked
package io.metamigrate.migrator.run;

import org.jspecify.annotations.NullMarked;
