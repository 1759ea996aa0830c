package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ZnodeReader.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.GetChildrenResult;
import org.apache.zookeeper.OpResult.GetDataResult;

/** The answers of the local and of the configuration store to the same question, as one. */
final class MergedReplies {
  private MergedReplies() {}

  static List<Reply> of(List<Reply> local, List<Reply> configuration) {
    List<Reply> merged = new ArrayList<>(local.size());
    for (int i = 0; i < local.size(); i++) {
      merged.add(
          new Reply(
              local.get(i).path(), merge(local.get(i).result(), configuration.get(i).result())));
    }
    return merged;
  }

  private static OpResult merge(OpResult local, OpResult configuration) {
    if (local instanceof GetChildrenResult here
        && configuration instanceof GetChildrenResult there) {
      Set<String> names = new LinkedHashSet<>(here.getChildren());
      names.addAll(there.getChildren());
      return new GetChildrenResult(new ArrayList<>(names));
    }
    boolean found = local instanceof GetChildrenResult || local instanceof GetDataResult;
    return found ? local : configuration;
  }
}
