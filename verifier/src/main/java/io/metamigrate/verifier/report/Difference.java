package io.metamigrate.verifier.report;

import io.metamigrate.verifier.store.ZkPath;

/** One path on which the stores differ; {@code kind} is missing, extra or different. */
public record Difference(ZkPath path, String kind, String detail) {}
