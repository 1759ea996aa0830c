package io.metamigrate.migrator.cutover;

import java.util.Comparator;

/**
 * A place of the program that a mutant changes.
 *
 * @param where the step or the sentence of the condition; empty if it is everywhere
 */
record Site(MutantKind kind, String where) implements Comparable<Site> {
  private static final Comparator<Site> ORDER =
      Comparator.comparing(Site::kind).thenComparing(Site::where);

  /** What a mutant does there. */
  enum MutantKind {
    CONDITION("always true"),
    UNDO("the undo does nothing"),
    KEEP("the record is relied on"),
    CONFIRM("the lock is not confirmed"),
    INTENT("the step is recorded after its act"),
    REASK("nothing is asked again"),
    IDENTITY("each store is the right one"),
    QUESTION("not asked"),
    COPY("the move is not copied to ZooKeeper"),
    FINAL_CHECK("no final check");

    final String title;

    MutantKind(String title) {
      this.title = title;
    }
  }

  static Site condition(Condition condition) {
    return new Site(MutantKind.CONDITION, condition.sentence());
  }

  static Site of(MutantKind kind, StepKind step) {
    return new Site(kind, step.label());
  }

  static Site of(MutantKind kind) {
    return new Site(kind, "");
  }

  @Override
  public int compareTo(Site other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return where.isEmpty() ? kind.title : kind.title + ": " + where;
  }
}
