/** Unit tests of the daemon's decisions. */
@NullMarked
package io.metamigrate.migrator.run;

import org.jspecify.annotations.NullMarked;
