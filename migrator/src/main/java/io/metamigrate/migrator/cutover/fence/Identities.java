package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.data.ClientInfo;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;

/**
 * The identities that a session of the daemon's has on ZooKeeper.
 *
 * @param known scheme and id, as access lists have them
 * @param complete whether these are all; servers before 3.7 do not report them ({@code
 *     OpCode.whoAmI})
 */
record Identities(Set<Identity> known, boolean complete) {
  private static final Set<String> EXACT_SCHEMES =
      Set.of("world", "auth", "digest", "sasl", "x509", "ip");

  Identities {
    known = Set.copyOf(known);
  }

  /** One of them. */
  record Identity(String scheme, String id) {}

  /** Whether something may be done; it is not always known. */
  enum Permission {
    YES,
    NO,
    UNKNOWN
  }

  /** Whether the access list lets them do all of this. Pure. */
  Permission may(List<SavedAcl> acl, int permissions) {
    if (known.contains(new Identity("super", ""))) {
      return Permission.YES;
    }
    int granted = 0;
    boolean unclear = !complete;
    for (SavedAcl entry : acl) {
      if (entry.scheme().equals("world")
          || known.contains(new Identity(entry.scheme(), entry.id()))) {
        granted |= entry.permissions();
      } else if (!EXACT_SCHEMES.contains(entry.scheme()) || entry.id().contains("/")) {
        // Another provider, or a range of addresses.
        unclear = true;
      }
    }
    if ((granted & permissions) == permissions) {
      return Permission.YES;
    }
    return unclear ? Permission.UNKNOWN : Permission.NO;
  }

  /** Asked in a session of its own, since a server that does not know the question ends it. */
  static Identities of(ZooKeeperSettings settings) {
    Set<Identity> known = new HashSet<>();
    own(settings).ifPresent(known::add);
    try (ZooKeeperConnection asking = ZooKeeperConnection.open(settings)) {
      List<ClientInfo> identities = asking.client().whoAmI();
      if (identities == null) {
        return new Identities(known, false);
      }
      for (ClientInfo info : identities) {
        // For digest the server reports the name without the password's hash.
        if (!info.getAuthScheme().equals("digest")) {
          known.add(new Identity(info.getAuthScheme(), info.getUser()));
        }
      }
      return new Identities(known, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while asking ZooKeeper", e);
    }
  }

  private static Optional<Identity> own(ZooKeeperSettings settings) {
    try {
      return settings.digest().isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Identity(
                  "digest", DigestAuthenticationProvider.generateDigest(settings.digest().get())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks ZooKeeper's digest algorithm", e);
    }
  }
}
