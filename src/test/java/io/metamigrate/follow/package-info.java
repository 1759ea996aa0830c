/**
 * The daemon against real stores: under load, killed, frozen, cut off, and beside others who write.
 *
 * <p>Every test ends with the same question: do both stores are equal?
 */
@NullMarked
package io.metamigrate.follow;

import org.jspecify.annotations.NullMarked;
