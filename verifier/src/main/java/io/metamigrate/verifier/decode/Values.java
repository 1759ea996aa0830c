package io.metamigrate.verifier.decode;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Any value as a few lines for a person, by the kind that its path implies. What cannot be decoded
 * is reported so and shown raw; passwords, tokens and keys are never shown.
 */
public final class Values {
  private Values() {}

  /** Never throws, never ends with a line break. */
  public static String describe(String path, byte[] bytes) {
    if (LedgerPaths.ledgerOf(path).isPresent()) {
      return LedgerMetadataValue.decode(bytes)
          .either(Values::ledger, reason -> unreadableLedger(reason, bytes.length));
    }
    Optional<ManagedLedgerPath> topic = ManagedLedgerPath.of(path);
    if (topic.isPresent()) {
      return topic.get().cursor().isPresent()
          ? show("cursor", ManagedCursorValue.decode(bytes), Values::cursor, bytes)
          : show("managed ledger", ManagedLedgerValue.decode(bytes), Values::topic, bytes);
    }
    if (bytes.length == 0) {
      return "empty";
    }
    if (path.startsWith("/schemas/")) {
      return show("schema", SchemaLocatorValue.decode(bytes), Values::schema, bytes);
    }
    if (path.startsWith("/ledgers/cookies/")) {
      return show("cookie", CookieValue.decode(bytes), Values::cookie, bytes);
    }
    if (path.startsWith("/ledgers/available/")) {
      return show("bookie", BookieServiceInfoValue.decode(bytes), Values::bookie, bytes);
    }
    if (path.startsWith("/ledgers/underreplication/ledgers/")) {
      return show(
          "under-replicated ledger",
          UnderreplicatedLedgerValue.decode(bytes),
          Values::underreplicated,
          bytes);
    }
    return Preview.of(bytes);
  }

  private static <T> String show(
      String what, Decoded<T> outcome, Function<T, String> text, byte[] bytes) {
    return outcome.either(
        text, reason -> "not a readable " + what + ": " + reason + "\n" + Preview.of(bytes));
  }

  /** Not shown raw: the bytes hold the ledger's password. */
  private static String unreadableLedger(String reason, int size) {
    return "not a readable ledger: " + reason + "\n" + size + " bytes";
  }

  private static String ledger(LedgerMetadataValue ledger) {
    StringBuilder text = new StringBuilder("ledger ").append(ledger.state());
    ledger.lastEntry().ifPresent(last -> text.append(", last entry ").append(last));
    ledger.length().ifPresent(length -> text.append(", ").append(length).append(" bytes"));
    text.append("\nensemble ").append(ledger.quorum().ensembleSize());
    text.append(", write quorum ").append(ledger.quorum().writeQuorum());
    text.append(", ack quorum ").append(ledger.quorum().ackQuorum());
    text.append(", format ").append(ledger.formatVersion());
    ledger
        .ensembles()
        .forEach(
            (first, bookies) ->
                text.append("\nfrom entry ")
                    .append(first)
                    .append(": ")
                    .append(String.join(", ", bookies)));
    return text.toString();
  }

  private static String topic(ManagedLedgerValue topic) {
    StringBuilder text = new StringBuilder("managed ledger, ");
    text.append(counted(topic.ledgers().size(), "ledger"));
    topic.terminatedAt().ifPresent(at -> text.append(", terminated at ").append(at));
    for (ManagedLedgerValue.Ledger ledger : topic.ledgers()) {
      text.append("\nledger ").append(ledger.id());
      text.append(": ").append(ledger.entries()).append(" entries, ");
      text.append(ledger.bytes()).append(" bytes");
      text.append(ledger.offloaded() ? ", offloaded" : "");
      text.append(ledger.deletedFromBookKeeper() ? ", deleted from BookKeeper" : "");
    }
    topic.properties().forEach((key, value) -> text.append(property(key, value)));
    return text.toString();
  }

  private static String cursor(ManagedCursorValue cursor) {
    StringBuilder text = new StringBuilder("cursor");
    cursor.markDelete().ifPresent(at -> text.append(", acknowledged up to ").append(at));
    if (cursor.individuallyDeleted() > 0) {
      text.append(" and ").append(counted(cursor.individuallyDeleted(), "range")).append(" above");
    }
    cursor.cursorLedger().ifPresent(id -> text.append("\nposition kept in ledger ").append(id));
    cursor.properties().forEach((key, value) -> text.append(property(key, value.toString())));
    cursor.cursorProperties().forEach((key, value) -> text.append(property(key, value)));
    return text.toString();
  }

  private static String schema(SchemaLocatorValue schema) {
    return schema.index().stream()
        .map(version -> "\nversion " + version.version() + " at " + version.position())
        .collect(Collectors.joining("", "schema, latest version " + schema.latest().version(), ""));
  }

  private static String cookie(CookieValue cookie) {
    return "cookie of bookie "
        + cookie.bookie()
        + ", layout "
        + cookie.layoutVersion()
        + "\ninstance "
        + cookie.instanceId().orElse("not named")
        + "\njournal "
        + cookie.journalDirs()
        + "\nledgers "
        + cookie.ledgerDirs().replace('\t', ' ');
  }

  private static String bookie(BookieServiceInfoValue bookie) {
    List<String> endpoints =
        bookie.endpoints().stream()
            .map(e -> "\n" + e.id() + " " + e.protocol() + "://" + e.host() + ":" + e.port())
            .toList();
    return "bookie registration, "
        + counted(endpoints.size(), "endpoint")
        + String.join("", endpoints);
  }

  private static String underreplicated(UnderreplicatedLedgerValue value) {
    return "under-replicated ledger, lost " + String.join(", ", value.lostBookies());
  }

  private static String property(String key, String value) {
    return "\nproperty " + key + " = " + (Secrets.isSecret(key) ? Secrets.HIDDEN : value);
  }

  private static String counted(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
