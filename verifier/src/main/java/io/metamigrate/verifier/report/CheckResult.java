package io.metamigrate.verifier.report;

/**
 * The outcome of one check of facts that bytes alone do not show.
 *
 * @param id stable name, as in reports and runbooks
 * @param detail what was found, with numbers, and what to do where it is not as it must be
 */
public record CheckResult(String id, boolean ok, String detail) {}
