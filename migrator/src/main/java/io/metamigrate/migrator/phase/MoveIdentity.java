package io.metamigrate.migrator.phase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.metamigrate.verifier.store.Ensemble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a move knows its stores by, kept on etcd in a document of its own beside the checkpoint.
 *
 * @param nonce of the move; it identifies the etcd of this move. etcd's cluster id cannot: it is a
 *     hash of peer addresses and token (etcd {@code RaftCluster.genID}), so an emptied etcd has the
 *     same one
 * @param epoch how often the authority has passed from one store to the other; see {@link Epoch}
 * @param replaces nonce of a move that ended elsewhere and whose end the operator has accepted
 * @param sources each ZooKeeper as it was last seen
 */
public record MoveIdentity(
    int format,
    String nonce,
    long epoch,
    Optional<String> replaces,
    Map<Ensemble, KnownSource> sources) {
  static final int FORMAT = 1;

  /** Name of the document. */
  public static final String DOCUMENT = "identity";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public MoveIdentity {
    sources = Map.copyOf(sources);
  }

  /** Of a move that begins now. */
  public static MoveIdentity create() {
    return new MoveIdentity(FORMAT, UUID.randomUUID().toString(), 0, Optional.empty(), Map.of());
  }

  public MoveIdentity with(Ensemble ensemble, KnownSource source) {
    Map<Ensemble, KnownSource> all = new EnumMap<>(Ensemble.class);
    all.putAll(sources);
    all.put(ensemble, source);
    return new MoveIdentity(format, nonce, epoch, replaces, all);
  }

  /** The next time that the authority passes. */
  public MoveIdentity at(long nextEpoch) {
    return new MoveIdentity(format, nonce, nextEpoch, replaces, sources);
  }

  /** The same move after other ZooKeepers, or an older state, were accepted; none is known yet. */
  public MoveIdentity renewed() {
    return new MoveIdentity(
        format, UUID.randomUUID().toString(), epoch, Optional.of(replaces.orElse(nonce)), Map.of());
  }

  /** The same in place of the move that this epoch speaks of. */
  MoveIdentity replacing(Epoch other) {
    return new MoveIdentity(format, nonce, other.number(), Optional.of(other.nonce()), sources);
  }

  boolean matches(String other) {
    return nonce.equals(other) || replaces.filter(other::equals).isPresent();
  }

  public byte[] toJson() {
    try {
      return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the identity of the move cannot be written as JSON", e);
    }
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws UnreadableRecordException for anything else
   */
  public static MoveIdentity read(byte[] json) {
    try {
      return JSON.readValue(json, MoveIdentity.class);
    } catch (IOException e) {
      throw UnreadableRecordException.of("metamigrate/identity", String.valueOf(e.getMessage()));
    }
  }
}
