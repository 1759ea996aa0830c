package io.metamigrate.follow;

import java.util.Optional;
import java.util.function.Predicate;

/** Whether a value is what it was the last time. */
final class SameAgain<T> implements Predicate<T> {
  private Optional<T> last = Optional.empty();

  @Override
  public boolean test(T now) {
    boolean same = last.filter(now::equals).isPresent();
    last = Optional.of(now);
    return same;
  }
}
