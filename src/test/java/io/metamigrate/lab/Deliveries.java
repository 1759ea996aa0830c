package io.metamigrate.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.pulsar.client.api.MessageId;

/** What one consumer was given and the fate of its acknowledgements. For several threads. */
final class Deliveries {
  /** More confirmations than a stream of this lab has in a second. */
  static final int LAST_SECOND = 60;

  private final boolean ordered;
  private final Set<String> received = new HashSet<>();
  private final Map<String, Integer> highest = new HashMap<>();
  private final List<String> outOfOrder = new ArrayList<>();
  private final Map<MessageId, OptionalInt> confirmed = new HashMap<>();
  private final List<Delivery> all = new ArrayList<>();
  private int confirmations;

  /** One delivery. */
  private record Delivery(Instant at, Repeats repeated) {}

  Deliveries(boolean ordered) {
    this.ordered = ordered;
  }

  /** A message whose text is its key, a colon and its number. */
  synchronized void add(MessageId id, String text) {
    boolean known = !received.add(text);
    Repeats repeated = known ? repetition(id) : Repeats.NONE;
    confirmed.put(id, OptionalInt.empty());
    int colon = text.indexOf(':');
    int number = Integer.parseInt(text.substring(colon + 1));
    int soFar = highest.merge(text.substring(0, colon), number, Math::max);
    if (!known && number < soFar && ordered) {
      outOfOrder.add(text);
    }
    all.add(new Delivery(Instant.now(), repeated));
  }

  private Repeats repetition(MessageId id) {
    OptionalInt confirmation = confirmed.get(id);
    if (confirmation == null) {
      return Repeats.RESENT;
    }
    return confirmation.isPresent() && confirmations - confirmation.getAsInt() >= LAST_SECOND
        ? Repeats.SETTLED
        : Repeats.UNSETTLED;
  }

  /** The broker has confirmed an acknowledgement. */
  synchronized void confirmed(MessageId id) {
    confirmed.put(id, OptionalInt.of(++confirmations));
  }

  synchronized boolean has(List<String> texts) {
    return received.containsAll(texts);
  }

  synchronized int received() {
    return received.size();
  }

  synchronized List<String> missing(List<String> texts) {
    return texts.stream().filter(text -> !received.contains(text)).toList();
  }

  synchronized List<String> outOfOrder() {
    return List.copyOf(outOfOrder);
  }

  /** Of the deliveries between the two. */
  synchronized Repeats repeats(Instant from, Instant to) {
    return all.stream()
        .filter(delivery -> !delivery.at().isBefore(from) && delivery.at().isBefore(to))
        .map(Delivery::repeated)
        .reduce(Repeats.NONE, Repeats::plus);
  }
}
