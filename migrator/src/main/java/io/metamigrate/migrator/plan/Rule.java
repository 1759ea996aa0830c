package io.metamigrate.migrator.plan;

import java.util.List;

/** One kind of trap: looks at the facts and says what it found, or nothing. Pure. */
interface Rule {
  List<Finding> examine(Facts facts);
}
