/**
 * The window: stop other writers and brokers, fence, drain, verify, switch, observe; and the
 * rollback. {@link io.metamigrate.migrator.cutover.Window} is the entry, {@link
 * io.metamigrate.migrator.cutover.StepKind} lists the steps, and {@link
 * io.metamigrate.migrator.cutover.CutoverState} is what is recorded on etcd before and after each.
 *
 * <p>Invariant: each step has a precondition, an action, a proof and an undo, and a time-out never
 * means "continue".
 */
@NullMarked
package io.metamigrate.migrator.cutover;

import org.jspecify.annotations.NullMarked;
