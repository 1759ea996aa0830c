/**
 * Cutover and rollback as one program: a move from a source store to a target store.
 *
 * <p>This package does not yet drive the commands: {@code migrate cutover}, {@code rollback} and
 * {@code finalize} still run on {@code io.metamigrate.migrator.cutover}. It is pure code; a search
 * runs it over fakes, and {@link io.metamigrate.migrator.switchover.live.LiveEnvironment} over real
 * stores and nodes.
 *
 * <p>{@link io.metamigrate.migrator.switchover.SwitchoverPlan} holds the one list of steps, {@link
 * io.metamigrate.migrator.switchover.CommandTable} what each command means in each state, and
 * {@link io.metamigrate.migrator.switchover.Switchover} the stories of the commands.
 */
package io.metamigrate.migrator.switchover;
