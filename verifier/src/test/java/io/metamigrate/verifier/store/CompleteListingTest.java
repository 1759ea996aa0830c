package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CompleteListingTest {
  private static final String[] TWO = {"/", "/a", "/b"};
  private static final String[] OTHER_THREE = {"/", "/a", "/b", "/c"};

  @Test
  void acceptsListingThatMatchesTheCount() {
    assertThat(taken(counts(2, 2), TWO)).containsExactly("/", "/a", "/b");
  }

  @Test
  void skipsCountOnServersWithoutIt() {
    assertThat(taken(new ArrayDeque<>(List.of(Optional.empty())), TWO)).hasSize(3);
  }

  @Test
  void acceptsListingOfAChangedTree() {
    assertThat(taken(counts(4, 5), TWO)).hasSize(3);
  }

  @Test
  void acceptsSecondListingAfterEqualCounts() {
    assertThat(taken(counts(2, 2, 2), OTHER_THREE, TWO)).hasSize(3);
    assertThat(taken(counts(7, 7, 7), OTHER_THREE, TWO)).hasSize(3);
  }

  @Test
  void refusesIncompleteListingOfAQuietTree() {
    assertThatThrownBy(() -> taken(counts(3, 3, 3), TWO, TWO))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("counts 3 znodes below the root, but 2 were listed");
  }

  private static Deque<Optional<Integer>> counts(Integer... counts) {
    return new ArrayDeque<>(Arrays.stream(counts).map(Optional::of).toList());
  }

  private static List<String> taken(Deque<Optional<Integer>> counts, String[]... listings) {
    Iterator<String[]> all = List.of(listings).iterator();
    try (PathIndex paths = new CompleteListing(() -> index(all.next()), counts::remove).take()) {
      List<String> taken = new java.util.ArrayList<>();
      paths.iterator().forEachRemaining(taken::add);
      return taken;
    }
  }

  private static PathIndex index(String... paths) {
    PathIndex index = PathIndex.temporary();
    Arrays.stream(paths).map(ZkPath::new).forEach(index::add);
    return index;
  }
}
