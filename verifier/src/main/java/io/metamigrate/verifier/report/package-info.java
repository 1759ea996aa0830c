/** What was found, as values, as text for people and as JSON for machines. */
@NullMarked
package io.metamigrate.verifier.report;

import org.jspecify.annotations.NullMarked;
