package io.metamigrate.migrator.cutover;

/**
 * Who runs a command of the window, and what they decided.
 *
 * @param name for the record
 * @param confirmation of the point of no return
 * @param accepted what they give up by name
 */
public record OperatorDecisions(String name, Confirmation confirmation, Accepted accepted) {}
