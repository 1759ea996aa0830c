package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
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
  private static final Duration PATIENCE = Duration.ofSeconds(5);

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
        .ifPresent(url -> brokers.put(url.getAuthority(), "cluster.admin.url=" + url));
    for (BrokerConfig broker : configuration.cutover().brokers()) {
      brokers.put(
          broker.id(), "cutover.brokers[%s].adminUrl=%s".formatted(broker.id(), broker.adminUrl()));
    }
    for (ClusterFacts.Broker broker : asked.brokers()) {
      // One with a version answers, although the token is not a superuser's.
      Optional<String> why = broker.silence().filter(reason -> broker.version().isEmpty());
      find(silent, brokers.get(broker.id()), why, running);
    }
    Map<String, String> bookies = new LinkedHashMap<>();
    for (BookieConfig bookie : configuration.cutover().bookies()) {
      bookie
          .adminUrl()
          .ifPresent(
              url ->
                  bookies.put(
                      bookie.id(), "cutover.bookies[%s].adminUrl=%s".formatted(bookie.id(), url)));
    }
    for (ClusterFacts.Bookie bookie : asked.bookies()) {
      find(silent, bookies.get(bookie.id()), bookie.silence(), running);
    }
    configuration
        .control()
        .otlp()
        .url()
        .ifPresent(url -> find(silent, "control.otlp.url=" + url, silence(url), true));
    return silent;
  }

  private static void find(
      List<Finding> silent, @Nullable String key, Optional<String> why, boolean required) {
    if (key != null && why.isPresent()) {
      // brokers and bookies repeat the address in their reason
      String reason =
          why.get().substring(why.get().startsWith("http") ? why.get().indexOf(' ') + 1 : 0);
      String message = "%s gave no usable answer: %s".formatted(key, reason);
      silent.add(
          required
              ? Finding.blocker(
                  ID, key, message, "correct the address or its token, or start what listens there")
              : Finding.warning(
                  ID, key, message, "no broker is registered; repeat this check once they run"));
    }
  }

  /** Why nobody answers there; any answer is one, since metrics are sent only later. */
  private static Optional<String> silence(URI url) {
    boolean secured = "https".equals(url.getScheme());
    Optional<TlsFiles> tls =
        secured
            ? Optional.of(
                new TlsFiles("control.otlp", Optional.empty(), Optional.empty(), Optional.empty()))
            : Optional.empty();
    int port = url.getPort() >= 0 ? url.getPort() : secured ? 443 : 80;
    PortReply answer =
        new PortProbe(tls, PATIENCE)
            .ask(
                url.getHost(),
                port,
                "GET / HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(url.getAuthority()));
    if (answer instanceof PortReply.Replied) {
      return Optional.empty();
    }
    return Optional.of(
        answer instanceof PortReply.Faulted failed
            // a receiver has no block of TLS files
            ? failed.fault().replaceFirst("; set control\\.otlp\\..*", "")
            : "it accepts connections but sends no answer");
  }
}
