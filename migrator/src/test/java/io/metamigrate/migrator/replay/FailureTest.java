package io.metamigrate.migrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailureTest {
  /** In the words of etcd and its gRPC server. */
  @ParameterizedTest
  @CsvSource({
    "etcdserver: too many operations in txn request, TOO_MANY_OPERATIONS",
    "etcdserver: request is too large, TOO_LARGE",
    "RESOURCE_EXHAUSTED: grpc: received message larger than max (2097180 vs. 589824), TOO_LARGE",
    "RESOURCE_EXHAUSTED: grpc: trying to send message larger than max (9 vs. 8), TOO_LARGE",
    "etcdserver: permission denied, FATAL",
    "UNAUTHENTICATED: etcdserver: invalid auth token, FATAL",
    "INVALID_ARGUMENT: etcdserver: duplicate key given in txn request, FATAL",
    "etcdserver: mvcc: database space exceeded, TRY_AGAIN",
    "etcdserver: leader changed, TRY_AGAIN",
    "UNAVAILABLE: io exception, TRY_AGAIN"
  })
  void derivesAdviceFromTheMessage(String message, Failure failure) {
    assertThat(Failure.of(wrapped(message))).isEqualTo(failure);
  }

  @Test
  void handlesFailuresWithoutMessage() {
    assertThat(Failure.of(new IllegalStateException((String) null))).isEqualTo(Failure.TRY_AGAIN);
  }

  private static Throwable wrapped(String message) {
    return new ExecutionException("outer", new IllegalStateException(message));
  }
}
