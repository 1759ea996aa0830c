/**
 * Runs and undoes a list of steps. It knows neither Pulsar nor a store.
 *
 * <p>Invariants: an intent is recorded before its action; the lock is confirmed before each action;
 * a condition is checked right before the action that needs it; "done" follows a final check of
 * this process; each failure is recorded with the commands that work next, except lost authority.
 */
package io.metamigrate.migrator.switchover.engine;
