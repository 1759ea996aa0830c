package io.metamigrate.migrator.pulsar;

import com.google.common.base.Throwables;
import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.config.SecretFile;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.admin.PulsarAdminBuilder;
import org.apache.pulsar.client.api.AuthenticationFactory;
import org.apache.pulsar.client.api.PulsarClientException;

/** Pulsar's admin client as the operator configured it. */
final class AdminClients {
  private static final String LAST_ATTEMPT = "Failed reason: ";

  private AdminClients() {}

  /** A client of one broker, which the caller closes; nothing is asked yet. */
  static PulsarAdmin open(AdminConfig config, URI broker, Duration connect, Duration request)
      throws PulsarClientException {
    int requestMillis = Math.toIntExact(request.toMillis());
    PulsarAdminBuilder builder =
        PulsarAdmin.builder()
            .serviceHttpUrl(broker.toString())
            .connectionTimeout(Math.toIntExact(connect.toMillis()), TimeUnit.MILLISECONDS)
            .requestTimeout(requestMillis, TimeUnit.MILLISECONDS)
            .readTimeout(requestMillis, TimeUnit.MILLISECONDS);
    config
        .tokenFile()
        .map(SecretFile::readToken)
        .ifPresent(token -> builder.authentication(AuthenticationFactory.token(token)));
    config.tls().trust().ifPresent(file -> builder.tlsTrustCertsFilePath(file.toString()));
    config.tls().certificate().ifPresent(file -> builder.tlsCertificateFilePath(file.toString()));
    config.tls().key().ifPresent(file -> builder.tlsKeyFilePath(file.toString()));
    return builder.build();
  }

  /** The first line of what went wrong, without the client's words about its own attempts. */
  static String reason(Exception e) {
    String line =
        String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
    int cause = line.lastIndexOf(LAST_ATTEMPT);
    if (cause < 0) {
      return line;
    }
    String last = line.substring(cause + LAST_ATTEMPT.length());
    List<Throwable> causes = Throwables.getCausalChain(e);
    if (!last.contains(" ") && causes.stream().anyMatch(UnknownHostException.class::isInstance)) {
      return "the host name " + last + " cannot be resolved";
    }
    return last.equals("null") ? causes.get(causes.size() - 1).getClass().getSimpleName() : last;
  }
}
