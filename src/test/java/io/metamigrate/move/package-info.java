/** Real Pulsar clusters, moved with the product, and every message accounted for afterwards. */
@NullMarked
package io.metamigrate.move;

import org.jspecify.annotations.NullMarked;
