package io.metamigrate.migrator.switchover;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A place of the program that a mutant changes.
 *
 * @param kind what is changed there
 * @param row the step, see {@link Rows}; empty if it is everywhere
 * @param sentence of a condition; empty for other kinds
 */
record Site(Kind kind, String row, String sentence) implements Comparable<Site> {
  private static final Pattern NODE =
      Pattern.compile("\\b(bookie|broker|autorecovery) [a-z]\\d?\\b");
  private static final Pattern SETTINGS = Pattern.compile(" with .*");

  private static final Map<String, Site> SENTENCES = new ConcurrentHashMap<>();

  /** What a mutant does there. */
  enum Kind {
    CONDITION("always true"),
    UNDO("the undo does nothing"),
    KEEP("the record is relied on"),
    CONFIRM("the lock is not confirmed"),
    INTENT("the intent is recorded after the act"),
    REASK("nothing is asked again after the answer"),
    IDENTITY("each store is the right one"),
    FILE("the file is not compared with the document"),
    LOOKS("no final check");

    final String title;

    Kind(String title) {
      this.title = title;
    }
  }

  static Site of(Kind kind, String row) {
    return new Site(kind, row, "");
  }

  /** All nodes are one. */
  static Site condition(String sentence) {
    return SENTENCES.computeIfAbsent(sentence, Site::general);
  }

  private static Site general(String sentence) {
    String all = NODE.matcher(sentence).replaceAll("$1");
    return new Site(Kind.CONDITION, "", SETTINGS.matcher(all).replaceAll(" with its settings"));
  }

  @Override
  public int compareTo(Site other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    String where = row.isEmpty() ? kind.title : row + ": " + kind.title;
    return sentence.isEmpty() ? where : where + ": " + sentence;
  }
}
