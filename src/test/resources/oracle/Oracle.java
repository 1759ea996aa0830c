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
import org.apache.pulsar.metadata.api.GetResult;
import org.apache.pulsar.metadata.api.MetadataStore;
import org.apache.pulsar.metadata.api.MetadataStoreConfig;
import org.apache.pulsar.metadata.api.MetadataStoreFactory;

/**
 * Pulsar's own metadata stores, asked by lines on standard input and answering by lines on standard
 * output. Compiled and run with the class path of one Pulsar version, never with the tests'. A
 * request is {@code ID STORE OPERATION PATH [ARGUMENTS]}, tab-separated, an answer {@code ID}, a tab,
 * and what came out; requests are carried out in order.
 */
public final class Oracle {
  private static final long SECONDS = 60;

  public static void main(String[] args) throws Exception {
    MetadataStoreConfig config =
        MetadataStoreConfig.builder()
            .batchingMaxOperations(args.length > 2 ? Integer.parseInt(args[2]) : 128)
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
        return String.join(
            ",", new TreeSet<>(store.getChildren(path).get(SECONDS, TimeUnit.SECONDS)));
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
        Optional<Long> expected =
            request[4].isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(request[4]));
        store
            .put(path, Base64.getDecoder().decode(request[5]), expected)
            .get(SECONDS, TimeUnit.SECONDS);
        return "done";
      case "put-size":
        store
            .put(path, new byte[Integer.parseInt(request[4])], Optional.empty())
            .get(SECONDS, TimeUnit.SECONDS);
        return "done";
      case "put-many":
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(request[4]); i++) {
          all.add(store.put(path + "/" + i, new byte[] {1}, Optional.empty()));
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .get(SECONDS, TimeUnit.SECONDS);
        return "done";
      default:
        return "failed unknown operation " + request[2];
    }
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
