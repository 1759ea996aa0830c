package io.metamigrate.migrator.phase;

import io.metamigrate.migrator.phase.StoreCheck.Mismatch;
import java.util.Optional;

/**
 * How much a comparison may delete before the operator is asked. A comparison takes whatever one
 * store lacks for deleted, also what that store has lost; a followed event is no comparison.
 *
 * @param percent of the copied tree
 */
public record MassDeletion(int percent) {
  public static final String ID = "MASS_DELETION";

  /** So many are never asked about. */
  static final long ALWAYS_ALLOWED = 100;

  /**
   * Checks a comparison before its first deletion.
   *
   * @param deletions nodes that it would delete
   * @param tree nodes that are copied, those among them
   * @param where the store from which they would be deleted
   * @param first of them
   */
  public Optional<Mismatch> check(long deletions, long tree, String where, String first) {
    return isTooMuch(deletions, tree)
        ? Optional.of(
            new Mismatch(
                ID,
                "the comparison would delete %d of %d nodes (%.1f %%) on %s, the first is %s; more than %d %% and more than %d are not deleted without confirmation (copy.maxDeleteShare)"
                    .formatted(
                        deletions,
                        tree,
                        100.0 * deletions / tree,
                        where,
                        first,
                        percent,
                        ALWAYS_ALLOWED),
                "nothing was deleted. Find out why the other store does not have them; if they are"
                    + " to be deleted, start again with --accept "
                    + ID))
        : Optional.empty();
  }

  boolean isTooMuch(long deletions, long tree) {
    return deletions > ALWAYS_ALLOWED && deletions * 100 > tree * percent;
  }
}
