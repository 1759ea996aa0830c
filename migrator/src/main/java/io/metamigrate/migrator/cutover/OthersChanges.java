package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What other clusters changed in a shared configuration store before the mark of the fence was
 * moved: a later rollback leaves it alone, too.
 */
final class OthersChanges {
  private static final String DOCUMENT = "changed-by-others";

  /** Is in the document, before the names of its pieces; no path begins like that. */
  private static final String PIECES = "pieces ";

  private static final int MOST_PATHS = 1_000;

  private OthersChanges() {}

  /** Many paths are kept in pieces, since one value on etcd is limited; the last write counts. */
  static void keep(Journal journal, List<ZkPath> paths) {
    if (paths.equals(list(journal))) {
      return;
    }
    String text = text(paths);
    if (paths.size() > MOST_PATHS) {
      // Not over the pieces that count until all are written.
      String set = kept(journal).startsWith(PIECES + "a") ? "b" : "a";
      int count = 0;
      for (int from = 0; from < paths.size(); from += MOST_PATHS) {
        int to = Math.min(from + MOST_PATHS, paths.size());
        write(journal, piece(set, count++), text(paths.subList(from, to)));
      }
      text = PIECES + set + count;
    }
    write(journal, DOCUMENT, text);
  }

  static Set<ZkPath> read(Journal journal) {
    return Set.copyOf(list(journal));
  }

  private static List<ZkPath> list(Journal journal) {
    String text = kept(journal);
    if (!text.startsWith(PIECES)) {
      return paths(text);
    }
    String set = text.substring(PIECES.length(), PIECES.length() + 1);
    int count = Integer.parseInt(text.substring(PIECES.length() + 1));
    return IntStream.range(0, count)
        .mapToObj(i -> document(journal, piece(set, i)).orElseThrow())
        .flatMap(piece -> paths(piece).stream())
        .toList();
  }

  private static String piece(String set, int number) {
    return DOCUMENT + "-" + set + number;
  }

  private static String text(List<ZkPath> paths) {
    return paths.stream().map(ZkPath::value).collect(Collectors.joining("\n"));
  }

  private static List<ZkPath> paths(String text) {
    return text.lines().map(ZkPath::new).toList();
  }

  private static String kept(Journal journal) {
    return document(journal, DOCUMENT).orElse("");
  }

  private static Optional<String> document(Journal journal, String name) {
    return journal.document(name).map(bytes -> new String(bytes, UTF_8));
  }

  private static void write(Journal journal, String name, String text) {
    journal.document(name, text.getBytes(UTF_8));
  }
}
