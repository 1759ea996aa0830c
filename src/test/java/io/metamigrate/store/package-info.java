/**
 * The readers and the writer against real servers: nothing missed, nothing twice, nothing of
 * anybody else's overwritten.
 */
@NullMarked
package io.metamigrate.store;

import org.jspecify.annotations.NullMarked;
