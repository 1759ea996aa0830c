import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.client.BKException;
import org.apache.pulsar.metadata.api.GetResult;
import org.apache.pulsar.metadata.api.MetadataStore;
import org.apache.pulsar.metadata.api.MetadataStoreConfig;
import org.apache.pulsar.metadata.api.MetadataStoreFactory;
import org.apache.pulsar.metadata.api.extended.MetadataStoreExtended;
import org.apache.pulsar.metadata.bookkeeper.PulsarLedgerIdGenerator;

/**
 * Pulsar's own metadata stores, asked by lines on standard input and answering by lines on standard
 * output. Compiled and run with the class path of one Pulsar version, never with the tests'. A
 * request is {@code ID STORE OPERATION PATH [ARGUMENTS]}, tab-separated, an answer {@code ID}, a tab,
 * and what came out; requests are carried out in order.
 */
public final class Oracle {
  private static final long SECONDS = 30;

  public static void main(String[] args) throws Exception {
    MetadataStoreConfig config =
        MetadataStoreConfig.builder()
            .batchingMaxOperations(Integer.parseInt(args[2]))
            .batchingMaxDelayMillis(Integer.parseInt(args[3]))
            .build();
    MetadataStore zookeeper = MetadataStoreFactory.create(args[0], config);
    MetadataStore etcd = MetadataStoreFactory.create(args[1], config);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    String line;
    while ((line = in.readLine()) != null) {
      String[] request = line.split("\t", -1);
      MetadataStore store = request[1].equals("zookeeper") ? zookeeper : etcd;
      String answer;
      try {
        answer = answer(store, request);
      } catch (Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        answer =
            "failed " + cause.getClass().getSimpleName() + " " + String.valueOf(cause.getMessage());
      }
      System.out.println(request[0] + "\t" + answer.replace('\n', ' '));
      System.out.flush();
    }
    System.exit(0);
  }

  private static String answer(MetadataStore store, String[] request) throws Exception {
    String path = request[3];
    switch (request[2]) {
      case "exists":
        return String.valueOf(store.exists(path).get(SECONDS, TimeUnit.SECONDS));
      case "children":
        return children(store, path);
      case "children-afresh":
        // A store remembers a listing until a child itself comes or goes, whatever is below.
        try (MetadataStore fresh =
            MetadataStoreFactory.create(request[4], MetadataStoreConfig.builder().build())) {
          return children(fresh, path);
        }
      case "get":
        Optional<GetResult> found = store.get(path).get(SECONDS, TimeUnit.SECONDS);
        return found.map(r -> hash(r.getValue())).orElse("absent");
      case "version":
        return store
            .get(path)
            .get(SECONDS, TimeUnit.SECONDS)
            .map(r -> String.valueOf(r.getStat().getVersion()))
            .orElse("absent");
      case "put":
        return put(store, path, request[4], Base64.getDecoder().decode(request[5]));
      case "put-size":
        return put(store, path, request[4], new byte[Integer.parseInt(request[5])]);
      case "put-many":
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(request[4]); i++) {
          all.add(store.put(path + "/" + i, new byte[] {1}, Optional.empty()));
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .get(SECONDS, TimeUnit.SECONDS);
        return "done";
      case "ledger-id":
        CompletableFuture<Long> id = new CompletableFuture<>();
        new PulsarLedgerIdGenerator((MetadataStoreExtended) store, path)
            .generateLedgerId(
                (code, value) -> {
                  if (code == BKException.Code.OK) {
                    id.complete(value);
                  } else {
                    id.completeExceptionally(BKException.create(code));
                  }
                });
        return String.valueOf(id.get(SECONDS, TimeUnit.SECONDS));
      default:
        return "failed unknown operation " + request[2];
    }
  }

  private static String children(MetadataStore store, String path) throws Exception {
    return String.join(",", new TreeSet<>(store.getChildren(path).get(SECONDS, TimeUnit.SECONDS)));
  }

  private static String put(MetadataStore store, String path, String version, byte[] value)
      throws Exception {
    Optional<Long> expected =
        version.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(version));
    store.put(path, value, expected).get(SECONDS, TimeUnit.SECONDS);
    return "done";
  }

  private static String hash(byte[] value) {
    try {
      return value.length
          + ":"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
