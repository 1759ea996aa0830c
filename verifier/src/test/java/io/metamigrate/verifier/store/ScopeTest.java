package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ScopeTest {
  @Test
  void wholeScopeContainsEverything() {
    assertThat(Scope.ALL.contains(ZkPath.ROOT)).isTrue();
    assertThat(Scope.ALL.contains(new ZkPath("/a/b"))).isTrue();
  }

  @Test
  void matchesWholePathSegments() {
    Scope scope = scope(List.of("/ledgers"), List.of("/ledgers/idgen"));

    assertThat(in(scope, "/ledgers")).isTrue();
    assertThat(in(scope, "/ledgers/idgen-long")).isTrue();
    assertThat(in(scope, "/ledgers-2")).isFalse();
    assertThat(in(scope, "/ledgers/idgen")).isFalse();
    assertThat(in(scope, "/ledgers/idgen/ID-1")).isFalse();
    assertThat(in(scope, "/")).isFalse();
  }

  @Test
  void reachesAncestorsOfIncludedPaths() {
    Scope scope = scope(List.of("/admin/policies"), List.of());

    assertThat(scope.reaches(ZkPath.ROOT)).isTrue();
    assertThat(scope.reaches(new ZkPath("/admin"))).isTrue();
    assertThat(scope.reaches(new ZkPath("/admin/policies/t"))).isTrue();
    assertThat(scope.reaches(new ZkPath("/admin/clusters"))).isFalse();
  }

  @Test
  void refusesEmptyAndOverlappingScopes() {
    assertThatThrownBy(() -> scope(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scope.include");
    assertThatThrownBy(() -> scope(List.of("/a", "/a/b"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep /a");
  }

  private static boolean in(Scope scope, String path) {
    return scope.contains(new ZkPath(path));
  }

  private static Scope scope(List<String> include, List<String> exclude) {
    return new Scope(paths(include), paths(exclude));
  }

  private static List<ZkPath> paths(List<String> values) {
    return Stream.of(values).flatMap(List::stream).map(ZkPath::new).toList();
  }
}
