package io.metamigrate.lab;

/** What a consumer was given again in some span of time. */
public record LiveRepeats(String topic, Repeats repeats) {
  @Override
  public String toString() {
    return topic + ": repeated " + repeats;
  }
}
