package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ZnodeReader.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.zookeeper.OpResult.GetChildrenResult;
import org.apache.zookeeper.OpResult.GetDataResult;

/** The answers of the local and of the configuration store to the same question, as one. */
final class MergedReplies {
  private MergedReplies() {}

  static List<Reply> of(
      List<Reply> local, List<Reply> configuration, Function<ZkPath, Ensemble> ensembleOf) {
    List<Reply> merged = new ArrayList<>(local.size());
    for (int i = 0; i < local.size(); i++) {
      merged.add(merge(local.get(i), configuration.get(i), ensembleOf));
    }
    return merged;
  }

  private static Reply merge(
      Reply local, Reply configuration, Function<ZkPath, Ensemble> ensembleOf) {
    if (local.result() instanceof GetChildrenResult here
        && configuration.result() instanceof GetChildrenResult there) {
      Set<String> names = new LinkedHashSet<>(here.getChildren());
      names.addAll(there.getChildren());
      return new Reply(
          local.path(), new GetChildrenResult(new ArrayList<>(names)), local.ensemble());
    }
    if (found(local) && found(configuration)) {
      return ensembleOf.apply(local.path()) == Ensemble.LOCAL ? local : configuration;
    }
    return found(local) ? local : configuration;
  }

  private static boolean found(Reply reply) {
    return reply.result() instanceof GetChildrenResult || reply.result() instanceof GetDataResult;
  }
}
