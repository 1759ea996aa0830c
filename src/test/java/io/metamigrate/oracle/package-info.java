/** Pulsar's own store classes as the reference for a copy. */
@NullMarked
package io.metamigrate.oracle;

import org.jspecify.annotations.NullMarked;
