/**
 * The window: quiesce, drain, verify, fence, switch, observe; and the rollback. Takes a plan and
 * the state of the run, gives the next state.
 *
 * <p>Invariant: each step has a precondition, an action, a proof and an undo, and a time-out never
 * means "continue".
 */
@NullMarked
package io.metamigrate.migrator.cutover;

import org.jspecify.annotations.NullMarked;
