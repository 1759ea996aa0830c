/** How fast the product is, next to what the stores of the same machine can do in the same hour. */
@NullMarked
package io.metamigrate.speed;

import org.jspecify.annotations.NullMarked;
