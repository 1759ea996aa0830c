/**
 * The traps, one class each: takes {@link io.metamigrate.migrator.plan.Facts}, gives findings. Each
 * depends only on the facts; what could not be read is reported as not known.
 */
@org.jspecify.annotations.NullMarked
package io.metamigrate.migrator.plan.rule;
