package io.metamigrate.lab;

import java.util.List;
import java.util.Map;

/**
 * What a check of the workload found.
 *
 * @param received messages that came back, by {@code topic/subscription}
 * @param missing messages that should have come back, were not seen, and are therefore lost
 * @param unexpected messages that came back though they were acknowledged, or twice at once
 * @param faults everything else, a sentence each: ids that decreased, documents that changed
 */
public record WorkloadFindings(
    Map<String, Integer> received,
    Map<String, List<String>> missing,
    Map<String, List<String>> unexpected,
    List<String> faults) {
  public WorkloadFindings {
    received = Map.copyOf(received);
    missing = Map.copyOf(missing);
    unexpected = Map.copyOf(unexpected);
    faults = List.copyOf(faults);
  }

  /** Nothing lost, nothing back that should not be, nothing else wrong. */
  public boolean clean() {
    return missing.isEmpty() && unexpected.isEmpty() && faults.isEmpty();
  }

  int messagesReceived() {
    return received.values().stream().mapToInt(Integer::intValue).sum();
  }

  public int messagesMissing() {
    return missing.values().stream().mapToInt(List::size).sum();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(messagesReceived()).append(" messages came back");
    missing.forEach((where, which) -> text.append(line(where, "missing", which)));
    unexpected.forEach((where, which) -> text.append(line(where, "unexpected", which)));
    faults.forEach(fault -> text.append("\n  ").append(fault));
    return text.toString();
  }

  private static String line(String where, String what, List<String> which) {
    return "\n  %s: %d %s, first %s"
        .formatted(where, which.size(), what, which.subList(0, Math.min(5, which.size())));
  }
}
