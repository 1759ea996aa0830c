/** What a verification finds on real stores. */
@NullMarked
package io.metamigrate.verify;

import org.jspecify.annotations.NullMarked;
