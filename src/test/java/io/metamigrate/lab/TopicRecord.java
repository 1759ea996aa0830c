package io.metamigrate.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every message sent to a topic, and for each of its subscriptions every one acknowledged. */
final class TopicRecord {
  private final String topic;
  private final List<SentMessage> sent = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Set<String>> acknowledged = new HashMap<>();

  TopicRecord(String topic) {
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  void sent(SentMessage message) {
    sent.add(message);
  }

  void acknowledged(String subscription, String text) {
    acknowledged.computeIfAbsent(subscription, s -> new HashSet<>()).add(text);
  }

  /** In the order of their confirmation. */
  List<SentMessage> all() {
    synchronized (sent) {
      return List.copyOf(sent);
    }
  }

  long highestLedgerId() {
    return all().stream().mapToLong(m -> m.entry().ledgerId()).max().orElse(-1);
  }

  /**
   * What a new consumer of this subscription must get: every message of each entry that is not
   * acknowledged as a whole. A batch that is acknowledged in part comes back whole, with or without
   * a move: the client keeps that part to itself.
   */
  Set<String> outstanding(String subscription) {
    Set<String> done = acknowledged.getOrDefault(subscription, Set.of());
    List<SentMessage> messages = all();
    Set<SentMessage.Entry> open =
        messages.stream()
            .filter(message -> !done.contains(message.text()))
            .map(SentMessage::entry)
            .collect(Collectors.toSet());
    Set<String> texts = new LinkedHashSet<>();
    messages.stream()
        .filter(message -> open.contains(message.entry()))
        .forEach(message -> texts.add(message.text()));
    return texts;
  }
}
