package io.metamigrate.verifier.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * How many partitions a topic has.
 *
 * @param deleted set while the topic is being deleted (PartitionedTopicMetadata.deleted, Pulsar
 *     2.11 and later)
 */
public record PartitionedTopicValue(int partitions, boolean deleted) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static Decoded<PartitionedTopicValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(bytes));
  }

  private static PartitionedTopicValue read(byte[] bytes) throws IOException {
    JsonNode node = JSON.readTree(bytes);
    if (!node.path("partitions").canConvertToInt()) {
      throw new IOException("no number of partitions");
    }
    return new PartitionedTopicValue(
        node.path("partitions").intValue(), node.path("deleted").asBoolean(false));
  }
}
