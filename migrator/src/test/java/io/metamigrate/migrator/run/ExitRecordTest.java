package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ExitRecordTest {
  @Test
  void listOfEndpointsIsTheSameInAnotherOrderAndWithAnotherMember() {
    assertThat(ExitRecord.shareAnEndpoint("http://a:1,http://b:2", "http://b:2,http://a:1"))
        .isTrue();
    assertThat(ExitRecord.shareAnEndpoint("http://a:1", "http://a:1,http://c:3")).isTrue();
    assertThat(ExitRecord.shareAnEndpoint("http://a:1", "http://a:11")).isFalse();
    assertThat(ExitRecord.shareAnEndpoint("", "")).isTrue();
  }
}
