package io.metamigrate.verifier.store;

import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;

/**
 * Asks each endpoint of a list by itself whether it leads to the same etcd. Equal cluster ids prove
 * nothing, since they are hashes of peer addresses and token (etcd {@code RaftCluster.genID}). The
 * revision of linearizable reads of one etcd, one after the other, never decreases, whichever
 * member answers (etcd API guarantees, strict serializability).
 *
 * @param answers in the order in which they were asked; the first that answers is asked again last
 * @param silent endpoints that did not answer
 */
public record EndpointSurvey(List<EndpointAnswer> answers, List<String> silent) {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /**
   * What one endpoint answered.
   *
   * @param value of the key that was asked for
   */
  public record EndpointAnswer(
      String endpoint, long clusterId, Revision revision, Optional<String> value) {}

  public EndpointSurvey {
    answers = List.copyOf(answers);
    silent = List.copyOf(silent);
  }

  /**
   * Asks for this key at each endpoint; one endpoint alone is not asked.
   *
   * @param key that holds the same value wherever one etcd is asked
   */
  public static EndpointSurvey of(EtcdSettings settings, String key) {
    List<String> endpoints = settings.endpoints();
    if (endpoints.size() < 2) {
      return new EndpointSurvey(List.of(), List.of());
    }
    List<CompletableFuture<Optional<EtcdConnection>>> opening =
        endpoints.stream()
            .map(endpoint -> CompletableFuture.supplyAsync(() -> open(settings, endpoint)))
            .toList();
    List<EndpointAnswer> answers = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    List<EtcdConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < endpoints.size(); i++) {
        Optional<EtcdConnection> connection = opening.get(i).join();
        connection.ifPresent(open::add);
        if (connection.isEmpty()) {
          silent.add(endpoints.get(i));
        }
      }
      open.forEach(connection -> answers.add(ask(connection, key)));
      if (!open.isEmpty()) {
        answers.add(ask(open.get(0), key));
      }
      return new EndpointSurvey(answers, silent);
    } finally {
      open.forEach(EtcdConnection::close);
    }
  }

  private static Optional<EtcdConnection> open(EtcdSettings settings, String endpoint) {
    try {
      return Optional.of(EtcdConnection.open(settings.at(endpoint).withTimeout(TIMEOUT)));
    } catch (StoreException e) {
      if (EtcdRefusal.isByLearner(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static EndpointAnswer ask(EtcdConnection connection, String key) {
    GetResponse response =
        connection.retry(
            key,
            () ->
                connection
                    .client()
                    .getKVClient()
                    .get(EtcdConnection.bytes(key), GetOption.DEFAULT));
    return new EndpointAnswer(
        connection.settings().endpoints().get(0),
        response.getHeader().getClusterId(),
        new Revision(response.getHeader().getRevision()),
        response.getKvs().stream()
            .findFirst()
            .map(kv -> kv.getValue().toString(StandardCharsets.UTF_8)));
  }

  /**
   * Two answers that one etcd would not give, in words; empty if there are none. Two etcds without
   * any write may pass.
   *
   * @param same whether two values of the key may come from the same etcd, read one after the other
   */
  public Optional<String> difference(BiPredicate<String, String> same) {
    for (int i = 1; i < answers.size(); i++) {
      EndpointAnswer before = answers.get(i - 1);
      EndpointAnswer now = answers.get(i);
      if (before.clusterId() != now.clusterId()) {
        return Optional.of(
            "%s has cluster id %s, %s has %s"
                .formatted(
                    before.endpoint(),
                    Long.toHexString(before.clusterId()),
                    now.endpoint(),
                    Long.toHexString(now.clusterId())));
      }
      if (now.revision().compareTo(before.revision()) < 0) {
        return Optional.of(
            "%s is at revision %s, %s was at %s before"
                .formatted(now.endpoint(), now.revision(), before.endpoint(), before.revision()));
      }
      if (before.value().isEmpty() && now.value().isEmpty()) {
        continue;
      }
      if (before.value().isEmpty()
          || now.value().isEmpty()
          || !same.test(before.value().get(), now.value().get())) {
        return Optional.of(
            "%s and %s contain different moves, or only one of them contains one"
                .formatted(before.endpoint(), now.endpoint()));
      }
    }
    return Optional.empty();
  }
}
