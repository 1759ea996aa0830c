package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.TlsConfig;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that the configuration names besides those of the stores. Each has to answer, or
 * the configuration does not work; those of a stopped cluster need not.
 */
final class ConfiguredAddresses {
  private static final String ID = "ADDRESS_SILENT";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private ConfiguredAddresses() {}

  /**
   * Those that do not answer: blockers, and warnings.
   *
   * @param running whether a broker is registered
   * @param asked what brokers and bookies answered, those of the configuration among them
   */
  static List<Finding> silent(Configuration configuration, ClusterFacts asked, boolean running) {
    List<Finding> silent = new ArrayList<>();
    Map<String, String> brokers = new LinkedHashMap<>();
    configuration
        .cluster()
        .admin()
        .url()
        .ifPresent(url -> brokers.put(url.getAuthority(), "cluster.admin.url"));
    for (BrokerConfig broker : configuration.cutover().brokers()) {
      brokers.put(broker.id(), "cutover.brokers[%s].adminUrl".formatted(broker.id()));
    }
    for (ClusterFacts.Broker broker : asked.brokers()) {
      // One with a version answers, although the token is not a superuser's.
      Optional<String> why = broker.silence().filter(reason -> broker.version().isEmpty());
      find(silent, brokers.get(broker.id()), why, running);
    }
    Map<String, String> bookies = new LinkedHashMap<>();
    for (BookieConfig bookie : configuration.cutover().bookies()) {
      if (bookie.adminUrl().isPresent()) {
        bookies.put(bookie.id(), "cutover.bookies[%s].adminUrl".formatted(bookie.id()));
      }
    }
    for (ClusterFacts.Bookie bookie : asked.bookies()) {
      find(silent, bookies.get(bookie.id()), bookie.silence(), running);
    }
    configuration
        .control()
        .otlp()
        .url()
        .ifPresent(url -> find(silent, "control.otlp.url", silence(url, TlsFiles.NONE), true));
    componentUrls(configuration).forEach(url -> ofComponents(silent, configuration, url));
    return silent;
  }

  /** Where brokers and bookies, but not this tool, are sent. */
  static List<URI> componentUrls(Configuration configuration) {
    return configuration.target().componentUrl().stream()
        .flatMap(urls -> urls.uris().stream())
        .filter(url -> !configuration.requireEtcd().uris().contains(url))
        .toList();
  }

  /** Only a warning: an address of theirs need not lead there from this machine. */
  private static void ofComponents(List<Finding> silent, Configuration configuration, URI url) {
    TlsConfig tls = configuration.target().tls();
    silence(url, new TlsFiles("target.tls", tls.trust(), tls.certificate(), tls.key()))
        .ifPresent(
            why ->
                silent.add(
                    Finding.warning(
                        ID,
                        "target.componentUrl",
                        "target.componentUrl has no usable answer: " + why,
                        "correct the address, or check from a broker's machine that it answers"
                            + " there")));
  }

  /**
   * Adds a finding if there is a reason.
   *
   * @param why begins with the address
   */
  private static void find(
      List<Finding> silent, @Nullable String key, Optional<String> why, boolean required) {
    if (key != null && why.isPresent()) {
      String message = "%s has no usable answer: %s".formatted(key, why.get());
      silent.add(
          required
              ? Finding.blocker(
                  ID, key, message, "correct the address or its token, or start what listens there")
              : Finding.warning(
                  ID, key, message, "no broker is registered; repeat this check once they run"));
    }
  }

  /** Why nobody answers there; any answer is one, since metrics are sent only later. */
  private static Optional<String> silence(URI url, TlsFiles tls) {
    boolean secured = "https".equals(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : secured ? 443 : 80;
    PortReply answer =
        new PortProbe(secured ? Optional.of(tls) : Optional.empty(), TIMEOUT)
            .ask(
                url.getHost(),
                port,
                "GET / HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(url.getAuthority()));
    if (answer instanceof PortReply.Replied) {
      return Optional.empty();
    }
    String why =
        answer instanceof PortReply.Faulted failed
            ? failed.fault()
            : "it accepts connections but sends no answer";
    return Optional.of("%s: %s".formatted(url, why));
  }
}
