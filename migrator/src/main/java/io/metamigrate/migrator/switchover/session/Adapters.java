package io.metamigrate.migrator.switchover.session;

import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.StoresDifferException;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Wraps every adapter of a real store or node: spends the permit right before the action, and
 * translates each failure into the exceptions that the engine knows.
 */
public final class Adapters {
  private Adapters() {}

  /** The same, wrapped. */
  public static <T> T wrap(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(real, method, arguments)));
  }

  private static @Nullable Object call(
      Object real, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof Permit permit) {
          permit.spend();
        }
      }
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof RuntimeException failure ? translate(failure) : cause;
    }
  }

  /** As the engine knows it; everything else stays as it is. */
  static RuntimeException translate(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof StoreException store) {
      return stepException(
          store.store() == Store.ETCD ? Exit.ETCD_FAILED : Exit.ZOOKEEPER_FAILED, message, failure);
    }
    if (failure instanceof io.metamigrate.migrator.replay.LostAuthorityException) {
      LostAuthorityException lost = new LostAuthorityException(message);
      lost.initCause(failure);
      return lost;
    }
    if (failure instanceof StoresDifferException) {
      return stepException(Exit.STORES_DIFFER, message, failure);
    }
    if (failure instanceof BlockedException) {
      return stepException(Exit.REFUSED, message, failure);
    }
    return failure instanceof StepFailedException
            || failure instanceof io.metamigrate.migrator.replay.ForeignChangeException
        ? stepException(Exit.STOPPED, message, failure)
        : failure;
  }

  private static StepException stepException(Exit exit, String message, Throwable cause) {
    StepException step = new StepException(exit, message);
    step.initCause(cause);
    return step;
  }
}
