package io.metamigrate.migrator.switchover.side.zookeeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Access lists as text, for the record of what was found. */
final class SavedAccessLists {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SavedAccessLists() {}

  static String write(Map<ZkPath, List<SavedAcl>> lists) {
    SortedMap<String, List<SavedAcl>> byName = new TreeMap<>();
    lists.forEach((path, list) -> byName.put(path.value(), list));
    try {
      return JSON.writeValueAsString(byName);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("access lists cannot be written as JSON", e);
    }
  }

  static SortedMap<ZkPath, List<SavedAcl>> read(String text) {
    try {
      SortedMap<ZkPath, List<SavedAcl>> lists = new TreeMap<>();
      JSON.readValue(text, new TypeReference<Map<String, List<SavedAcl>>>() {})
          .forEach((path, list) -> lists.put(new ZkPath(path), list));
      return lists;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not access lists as this tool records them: " + text, e);
    }
  }
}
