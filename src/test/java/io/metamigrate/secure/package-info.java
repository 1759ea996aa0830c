/** Stores with encryption and authentication: what works, and the line that each fault gives. */
@NullMarked
package io.metamigrate.secure;

import org.jspecify.annotations.NullMarked;
