package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.decode.BookieServiceInfoValue;
import io.metamigrate.verifier.decode.BookieServiceInfoValue.Endpoint;
import io.metamigrate.verifier.decode.LedgerMetadataValue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the tree shows of BookKeeper: its bookies, its repair, its layout. Its size grows with the
 * number of bookies, not of ledgers. For one thread.
 */
public final class BookKeeperNodes {
  private static final String AVAILABLE = "/ledgers/available/";
  private static final String READONLY = "/ledgers/available/readonly/";
  private static final String COOKIES = "/ledgers/cookies/";
  private static final String REPAIR = "/ledgers/underreplication/";
  private static final String NESTED = "/ledgers/ledgers";
  private static final Pattern FLAT = Pattern.compile("/ledgers/L\\d{10}");

  private static final Set<String> WEB = Set.of("http", "https");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+");

  private final Set<String> writable = new TreeSet<>();
  private final Set<String> readOnly = new TreeSet<>();
  private final Set<String> cookies = new TreeSet<>();
  private final Map<String, URI> webAddresses = new TreeMap<>();
  private Optional<String> layout = Optional.empty();
  private Optional<ZkPath> misplaced = Optional.empty();
  private long misplacedLedgers;
  private long underreplicated;
  private long repairLocks;
  private boolean auditor;
  private boolean repairDisabled;
  private boolean nested;
  private boolean nestedInUse;
  private int largestOpenEnsemble;

  void add(Znode znode) {
    String path = znode.path().value();
    if (!path.startsWith("/ledgers/")) {
      return;
    }
    if (path.startsWith(REPAIR)) {
      repair(path, znode);
    } else if (path.startsWith(READONLY)) {
      bookie(path.substring(READONLY.length()), znode, readOnly);
    } else if (path.startsWith(AVAILABLE) && path.length() + 1 != READONLY.length()) {
      bookie(path.substring(AVAILABLE.length()), znode, writable);
    } else if (path.startsWith(COOKIES)) {
      cookies.add(path.substring(COOKIES.length()));
    } else if (path.equals("/ledgers/LAYOUT")) {
      layout = Optional.of(new String(znode.data().bytes(), StandardCharsets.UTF_8));
    } else if (path.equals(NESTED) || path.startsWith(NESTED + "/")) {
      nested = true;
      nestedInUse |= path.equals(NESTED + "/available") || path.startsWith(NESTED + "/cookies/");
    } else {
      ledger(path, znode);
    }
  }

  private void bookie(String id, Znode znode, Set<String> to) {
    to.add(id);
    BookieServiceInfoValue.decode(znode.data().bytes())
        .decoded()
        .flatMap(info -> webAddress(id, info.endpoints()))
        .ifPresent(address -> webAddresses.put(id, address));
  }

  /** Where a bookie's HTTP server is, by what the bookie registered. */
  public static Optional<URI> webAddress(String id, List<Endpoint> endpoints) {
    return endpoints.stream()
        .filter(endpoint -> WEB.contains(endpoint.protocol()))
        .filter(endpoint -> HOST.matcher(host(endpoint, id, endpoints)).matches())
        .findFirst()
        .map(
            endpoint ->
                URI.create(
                    "%s://%s:%d"
                        .formatted(
                            endpoint.protocol(), host(endpoint, id, endpoints), endpoint.port())));
  }

  /**
   * BookKeeper registers its HTTP server at 0.0.0.0, wherever the bookie itself is
   * (ServerConfiguration.getHttpServerHost, 4.17.3).
   */
  private static String host(Endpoint web, String id, List<Endpoint> endpoints) {
    return Stream.concat(Stream.of(web), endpoints.stream())
        .map(Endpoint::host)
        .filter(host -> !host.equals("0.0.0.0"))
        .findFirst()
        .orElseGet(() -> id.replaceFirst(":\\d+$", ""));
  }

  private void repair(String path, Znode znode) {
    String rest = path.substring(REPAIR.length());
    if (rest.equals("disable")) {
      repairDisabled = true;
    } else if (rest.startsWith("locks/")) {
      repairLocks++;
    } else if (rest.startsWith("ledgers/") && znode.path().name().startsWith("urL")) {
      underreplicated++;
    } else if (rest.equals("leader") || rest.startsWith("auditorelection/")) {
      auditor |= znode.isEphemeral();
    }
  }

  private void ledger(String path, Znode znode) {
    boolean known = LedgerPaths.ledgerOf(path).isPresent();
    if (FLAT.matcher(path).matches() || (known && !LedgerPaths.isReadByBrokersOnEtcd(path))) {
      misplacedLedgers++;
      misplaced = misplaced.or(() -> Optional.of(znode.path()));
    }
    if (known) {
      LedgerMetadataValue.decode(znode.data().bytes())
          .decoded()
          .filter(ledger -> ledger.state() == LedgerMetadataValue.LedgerState.OPEN)
          .ifPresent(
              ledger ->
                  largestOpenEnsemble =
                      Math.max(largestOpenEnsemble, ledger.quorum().ensembleSize()));
    }
  }

  /** Bookies that are registered and take writes. */
  public Set<String> writable() {
    return Collections.unmodifiableSet(writable);
  }

  /** Bookies that are registered at all. */
  public Set<String> registered() {
    Set<String> all = new TreeSet<>(writable);
    all.addAll(readOnly);
    return all;
  }

  /** Bookies that have a cookie: those that are part of the cluster, up or down. */
  public Set<String> cookies() {
    return Collections.unmodifiableSet(cookies);
  }

  /** The HTTP address that each registered bookie published, by bookie. */
  public Map<String, URI> webAddresses() {
    return Collections.unmodifiableMap(webAddresses);
  }

  /** The content of {@code /ledgers/LAYOUT}. */
  public Optional<String> layout() {
    return layout;
  }

  /** Ledgers at a path where brokers on etcd would not look. */
  public long misplacedLedgers() {
    return misplacedLedgers;
  }

  /** The first of them. */
  public Optional<ZkPath> misplaced() {
    return misplaced;
  }

  /** The number of ledgers that the auditor lists as under-replicated. */
  public long underreplicated() {
    return underreplicated;
  }

  /** Ledgers that are being repaired right now. */
  public long repairLocks() {
    return repairLocks;
  }

  /** Whether a living auditor holds its election. */
  public boolean auditor() {
    return auditor;
  }

  public boolean repairDisabled() {
    return repairDisabled;
  }

  public boolean nestedRoot() {
    return nested;
  }

  public boolean nestedRootInUse() {
    return nestedInUse;
  }

  /** The largest ensemble of a ledger that is written to; 0 for none. */
  public int largestOpenEnsemble() {
    return largestOpenEnsemble;
  }
}
