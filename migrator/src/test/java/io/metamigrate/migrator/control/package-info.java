/** What the operator sees and can ask for. */
@NullMarked
package io.metamigrate.migrator.control;

import org.jspecify.annotations.NullMarked;
