package io.metamigrate.migrator.plan;

import java.util.List;

/** One kind of trap: reads the facts and returns what it found, or nothing. Pure. */
public interface Rule {
  /** The identifier of all its findings; runbooks/findings.md has a paragraph for it. */
  String id();

  List<Finding> examine(Facts facts);
}
