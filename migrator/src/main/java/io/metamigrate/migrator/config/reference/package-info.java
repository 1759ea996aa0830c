/**
 * Every key of the configuration, described once: the parser refuses to read a key that is not
 * described here, and the reference page, {@code migrate config init} and {@code migrate config
 * show} are made from the same descriptions.
 */
@NullMarked
package io.metamigrate.migrator.config.reference;

import org.jspecify.annotations.NullMarked;
