/**
 * The configuration: one small record per concern, read from one YAML file.
 *
 * <p>Takes a file and the command line's overrides; gives a {@link
 * io.metamigrate.migrator.config.Configuration} whose every value has been checked. Invariant: a
 * record that exists is valid, all faults of a file are reported at once, an unknown key is a
 * fault, and no secret is ever held here: only the path of the file that holds it. Every key is
 * described in {@link io.metamigrate.migrator.config.reference.Keys}.
 */
@NullMarked
package io.metamigrate.migrator.config;

import org.jspecify.annotations.NullMarked;
