package io.metamigrate.migrator.switchover;

/** Every single disturbance, once for all tests. */
final class Baseline {
  private static final class Holder {
    private static final Search SEARCH = run();

    private static Search run() {
      Search search = Search.recording();
      for (Root root : Root.all(2, 2)) {
        search.disturb(root, each -> true);
      }
      return search;
    }
  }

  private Baseline() {}

  static Search search() {
    return Holder.SEARCH;
  }
}
