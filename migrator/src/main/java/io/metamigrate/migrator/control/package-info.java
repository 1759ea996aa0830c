/**
 * What the operator sees of the daemon and how the operator steers it: status, HTTP interface,
 * status page, metrics and pace.
 *
 * <p>Takes what the daemon reports to {@link io.metamigrate.migrator.control.DaemonProgress} and
 * {@link io.metamigrate.migrator.control.RateLimiter}; gives {@link
 * io.metamigrate.migrator.control.Status} and calls {@link
 * io.metamigrate.migrator.control.Controls}. Invariant: nothing here touches a store; whatever
 * changes something needs a token; no secret and no node data leaves through it.
 *
 * <h2>Metrics</h2>
 *
 * Each meter is registered where the thing is measured; all carry the tag {@code cluster}. The
 * names are as Prometheus shows them.
 *
 * <table>
 * <caption>Names, tags and where they are registered</caption>
 * <tr><th>name</th><th>tags</th><th>registered by</th></tr>
 * <tr><td>{@code metamigrate_phase} (1 for the present one)</td><td>{@code phase}</td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_source_nodes}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_unreadable_nodes} (found by the last verification)</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_copied_nodes_total}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_copied_bytes_total}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_lag_seconds}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_lag_applied_seconds} (of each applied change)</td><td></td><td>the driver</td></tr>
 * <tr><td>{@code metamigrate_can_cutover} (1 if a cutover may begin)</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_cutover_blocked} (1 while it lasts)</td><td>{@code id}: as in {@link io.metamigrate.migrator.control.ProblemId}</td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_lag_changes}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_last_applied_zxid}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_healthy} (1 while nothing is wrong)</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_standby} (1 while another process holds the lock)</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_problem} (1 while it lasts)</td><td>{@code id}: as in {@link io.metamigrate.migrator.control.ProblemId}</td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_verifications_total}</td><td>{@code result}: consistent, different</td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_last_verification_timestamp_seconds}</td><td></td><td>{@code DaemonProgress}</td></tr>
 * <tr><td>{@code metamigrate_throttled_seconds_total}</td><td>{@code reason}</td><td>{@code RateLimiter}</td></tr>
 * <tr><td>{@code metamigrate_operation_seconds} (count, sum, max)</td><td>{@code store}, {@code operation}</td><td>the adapters of the stores</td></tr>
 * <tr><td>{@code metamigrate_step_number}, {@code metamigrate_step_count}</td><td></td><td>a command of the window</td></tr>
 * <tr><td>{@code metamigrate_step_late_writes} (after the fence)</td><td></td><td>a command of the window</td></tr>
 * <tr><td>{@code metamigrate_step_started_timestamp_seconds}</td><td></td><td>a command of the window</td></tr>
 * <tr><td>{@code metamigrate_errors_total}</td><td>{@code store}, {@code kind}</td><td>the adapters of the stores</td></tr>
 * </table>
 */
@NullMarked
package io.metamigrate.migrator.control;

import org.jspecify.annotations.NullMarked;
