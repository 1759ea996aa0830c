/** What the configuration accepts, refuses and says about it. */
@NullMarked
package io.metamigrate.migrator.config;

import org.jspecify.annotations.NullMarked;
