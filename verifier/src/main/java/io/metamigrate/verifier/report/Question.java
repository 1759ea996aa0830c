package io.metamigrate.verifier.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a verification was asked; its answer holds for this and for nothing else.
 *
 * @param since only what changed after this position; empty for everything
 */
public record Question(List<ZkPath> include, List<ZkPath> exclude, Optional<Position> since) {
  public Question {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  public static Question of(Scope scope, Optional<Position> since) {
    return new Question(scope.include(), scope.exclude(), since);
  }

  /** Whether the answer covers both stores completely. */
  public boolean isWhole() {
    return isOfAllNodes() && since.isEmpty();
  }

  private boolean isOfAllNodes() {
    return include.equals(List.of(ZkPath.ROOT)) && exclude.isEmpty();
  }

  /**
   * A short name for what is compared, by which the position of one verification is distinguished
   * from that of another; empty for everything.
   *
   * @param exactVersions whether versions are compared, too
   */
  public Optional<String> part(boolean exactVersions) {
    if (isOfAllNodes() && !exactVersions) {
      return Optional.empty();
    }
    String text = sorted(include) + "\n" + sorted(exclude) + "\n" + exactVersions;
    return Optional.of(
        String.format(Locale.ROOT, "%016x", Hashing.sha256().hashString(text, UTF_8).asLong()));
  }

  /** Whether what was compared up to this position is all that is asked here. */
  public boolean isCoveredBy(Position position, boolean exactVersions) {
    return position.part().equals(part(exactVersions))
        || (position.part().isEmpty() && !exactVersions);
  }

  private static List<String> sorted(List<ZkPath> paths) {
    return paths.stream().map(ZkPath::value).sorted().toList();
  }

  /** For people, such as {@code everything but /a} or {@code what changed since 0x1/2 in /a}. */
  @Override
  public String toString() {
    String paths =
        (include.equals(List.of(ZkPath.ROOT)) ? "everything" : joined(include))
            + (exclude.isEmpty() ? "" : " but " + joined(exclude));
    return since
        .map(at -> "what changed since " + at + (isOfAllNodes() ? "" : " in " + paths))
        .orElse(paths);
  }

  private static String joined(List<ZkPath> paths) {
    return paths.stream().map(ZkPath::value).collect(Collectors.joining(", "));
  }
}
