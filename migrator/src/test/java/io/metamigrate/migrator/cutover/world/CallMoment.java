package io.metamigrate.migrator.cutover.world;

import io.metamigrate.migrator.cutover.world.Disturbance.Call;

/**
 * One call of a process to the world.
 *
 * @param row what ran then
 * @param act of the driver, such as "stop b1"; empty if it is none
 */
public record CallMoment(Call call, String row, String act) {}
