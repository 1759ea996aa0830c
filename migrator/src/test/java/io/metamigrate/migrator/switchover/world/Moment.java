package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.world.Disturbance.Call;

/**
 * One call of a process to the world.
 *
 * @param row what ran then
 */
public record Moment(Call call, String row) {}
