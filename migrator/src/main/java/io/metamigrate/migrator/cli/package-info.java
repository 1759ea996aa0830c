/** One class per command; options in, text or JSON and an exit code out. */
@NullMarked
package io.metamigrate.migrator.cli;

import org.jspecify.annotations.NullMarked;
