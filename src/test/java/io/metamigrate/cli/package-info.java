/**
 * The command line as scripts see it: exit code, standard output, standard error, and the stores.
 */
@NullMarked
package io.metamigrate.cli;

import org.jspecify.annotations.NullMarked;
