/** Facts that bytes alone do not show: sequence counters, references, cookies. */
@NullMarked
package io.metamigrate.verifier.check;

import org.jspecify.annotations.NullMarked;
