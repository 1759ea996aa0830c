package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.store.ZkPath;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What other clusters changed in a shared configuration store before the mark of the fence was
 * moved: a later rollback leaves it alone, too.
 */
final class OthersChanges {
  private static final String DOCUMENT = "changed-by-others";

  private OthersChanges() {}

  static void keep(CutoverContext context, Collection<ZkPath> paths) {
    String text = paths.stream().map(ZkPath::value).collect(Collectors.joining("\n"));
    if (!text.equals(text(context).orElse(""))) {
      context.journal().document(DOCUMENT, text.getBytes(UTF_8));
    }
  }

  static Set<ZkPath> read(CutoverContext context) {
    return text(context).orElse("").lines().map(ZkPath::new).collect(Collectors.toSet());
  }

  private static Optional<String> text(CutoverContext context) {
    return context.journal().document(DOCUMENT).map(bytes -> new String(bytes, UTF_8));
  }
}
