/** Pulsar's own store classes as the judge of a copy. */
@NullMarked
package io.metamigrate.oracle;

import org.jspecify.annotations.NullMarked;
