/** What the configuration accepts and refuses, with the messages. */
@NullMarked
package io.metamigrate.migrator.config;

import org.jspecify.annotations.NullMarked;
