/** What the configuration accepts, refuses and says about it. */
@NullMarked
package io.metamigrate.migrator.run;

import org.jspecify.annotations.NullMarked;
