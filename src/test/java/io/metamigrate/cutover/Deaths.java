package io.metamigrate.cutover;

import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.Fence;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.migrator.switchover.side.Watch;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import io.metamigrate.migrator.switchover.state.MoveStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Kills the process once at each place where it has not been killed yet: right before an act, and
 * right after it, so that nobody learns that it happened.
 */
final class Deaths implements UnaryOperator<Environment> {
  private static final List<Class<?>> INNER = List.of(Fence.class, Watch.class, Mirrors.class);

  private final Set<String> places = new LinkedHashSet<>();
  private final boolean oncePerStep;
  private String step = "";

  /**
   * Prepares.
   *
   * @param oncePerStep kills only after the first act of each step
   */
  Deaths(boolean oncePerStep) {
    this.oncePerStep = oncePerStep;
  }

  @Override
  public Environment apply(Environment real) {
    return new Environment(
        new Environment.Sides(
            mortal(MetadataSide.class, real.zookeeper()),
            mortal(MetadataSide.class, real.etcd()),
            mortal(Copier.class, real.copier())),
        mortal(NodeDriver.class, real.driver()),
        mortal(MoveStore.class, real.store()),
        real.controls(),
        real.scheduler(),
        real.clock(),
        real.nonces());
  }

  Set<String> places() {
    return places;
  }

  private <T> T mortal(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(real, method, arguments)));
  }

  private Object call(Object real, Method method, Object[] arguments) throws Throwable {
    Optional<String> act = act(arguments);
    if (act.isPresent() && !oncePerStep) {
      die("before " + act.get() + " of " + step);
    }
    Object answer;
    try {
      answer = method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (arguments != null && arguments[0] instanceof MoveDocument document) {
      step = openStep(document);
    }
    if (act.isPresent()) {
      die(oncePerStep ? step : "after " + act.get() + " of " + step);
    }
    return INNER.contains(method.getReturnType()) ? inner(method.getReturnType(), answer) : answer;
  }

  private <T> T inner(Class<T> type, Object real) {
    return mortal(type, type.cast(real));
  }

  private static Optional<String> act(Object[] arguments) {
    return arguments != null && arguments.length > 0 && arguments[0] instanceof Permit permit
        ? Optional.of(permit.toString())
        : Optional.empty();
  }

  private static String openStep(MoveDocument document) {
    MoveRecord move = document.last().orElseThrow();
    return move.steps().stream()
        .filter(record -> record.state().name().equals("OPEN"))
        .reduce((first, second) -> second)
        .map(record -> move.progress().getClass().getSimpleName() + " " + record.key())
        .orElse(move.progress().getClass().getSimpleName());
  }

  private void die(String place) {
    if (places.add(place)) {
      throw new Killed(place);
    }
  }
}
