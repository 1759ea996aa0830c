package io.metamigrate.verifier.report;

/** What was found in one path family. */
public record GroupCount(String prefix, long compared, long same, long differing, long skipped) {}
