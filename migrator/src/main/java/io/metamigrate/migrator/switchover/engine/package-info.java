/**
 * Runs and undoes a list of steps. It knows neither Pulsar nor a store.
 *
 * <p>Invariants: an intent is recorded before its act; the lock is confirmed before each act; a
 * condition is asked right before the act that needs it; "done" follows a last look of this
 * process; each failure is recorded with the commands that work next, except lost authority.
 */
package io.metamigrate.migrator.switchover.engine;
