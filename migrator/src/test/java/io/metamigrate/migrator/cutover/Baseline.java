package io.metamigrate.migrator.cutover;

import java.util.List;

/** Every single disturbance, once for all tests. */
final class Baseline {
  private static final class Holder {
    private static final Search SEARCH = run();

    private static Search run() {
      Search search = Search.recording();
      for (SearchRoot root : SearchRoot.all(2, 2)) {
        List<Search.ReachedEnd> unused = search.disturb(root, each -> true);
      }
      return search;
    }
  }

  private Baseline() {}

  static Search search() {
    return Holder.SEARCH;
  }
}
