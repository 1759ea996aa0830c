package io.metamigrate.migrator.cutover.world;

import io.metamigrate.migrator.cutover.world.Disturbance.Call;

/**
 * One call of a process to the world.
 *
 * @param row what ran then
 */
public record Moment(Call call, String row) {}
