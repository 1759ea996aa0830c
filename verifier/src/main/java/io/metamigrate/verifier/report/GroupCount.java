package io.metamigrate.verifier.report;

/**
 * Numbers of nodes in one path family.
 *
 * @param compared the {@code same} ones and the {@code differing} ones
 * @param skipped those that are left out, not among the compared ones
 */
public record GroupCount(String prefix, long compared, long same, long differing, long skipped) {}
