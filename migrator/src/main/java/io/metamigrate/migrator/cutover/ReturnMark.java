package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.verifier.store.Revision;
import java.util.Optional;

/**
 * The revision of etcd at which a rollback issued the first broker's start on ZooKeeper. What
 * others write to etcd after it is on no other store.
 */
final class ReturnMark {
  private static final String DOCUMENT = "returned-at";

  private ReturnMark() {}

  static void set(CutoverContext context) {
    String revision = Long.toString(context.stores().keys().revision().value());
    context.journal().document(DOCUMENT, revision.getBytes(UTF_8));
  }

  /** Empty if an older release issued it. */
  static Optional<Revision> read(CutoverContext context) {
    return context.journal().document(DOCUMENT).map(bytes -> revision(new String(bytes, UTF_8)));
  }

  private static Revision revision(String text) {
    try {
      return new Revision(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw UnreadableRecordException.of("metamigrate/" + DOCUMENT, "'" + text + "'");
    }
  }
}
