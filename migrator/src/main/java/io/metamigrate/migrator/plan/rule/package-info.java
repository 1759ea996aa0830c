/**
 * The traps, one class each: takes {@link io.metamigrate.migrator.plan.Facts}, gives findings. Each
 * looks at nothing but the facts; what could not be asked is reported as not known.
 */
@org.jspecify.annotations.NullMarked
package io.metamigrate.migrator.plan.rule;
