/** The read-write module: the daemon and the {@code migrate} command. */
@NullMarked
package io.metamigrate.migrator;

import org.jspecify.annotations.NullMarked;
