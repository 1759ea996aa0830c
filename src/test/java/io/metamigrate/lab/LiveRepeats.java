package io.metamigrate.lab;

/**
 * What a consumer was given again in some span of time.
 *
 * @param mostUnderWay the most acknowledgements that were under way at one time then: what the end
 *     of one connection can bring again
 */
public record LiveRepeats(String topic, Repeats repeats, int mostUnderWay) {
  @Override
  public String toString() {
    return "%s: repeated %s, at most %d acknowledgements under way"
        .formatted(topic, repeats, mostUnderWay);
  }
}
