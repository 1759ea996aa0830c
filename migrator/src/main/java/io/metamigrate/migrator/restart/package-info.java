/**
 * How a node is restarted. Takes a node and the settings it is to run with, gives an outcome.
 *
 * <p>Invariant: every action can be repeated, also by another process after a {@code kill -9}, and
 * a probe shows from the outside whether it has happened. No driver decides when to act; that is
 * the cutover's.
 */
@NullMarked
package io.metamigrate.migrator.restart;

import org.jspecify.annotations.NullMarked;
