/** The window on real stores, with small stand-ins for bookies and brokers. */
@NullMarked
package io.metamigrate.cutover;

import org.jspecify.annotations.NullMarked;
