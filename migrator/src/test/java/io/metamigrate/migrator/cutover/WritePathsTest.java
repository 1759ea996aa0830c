package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WritePathsTest {
  @ParameterizedTest
  @CsvSource({
    "FORWARD, LOCAL, /metamigrate/mark, true",
    "FORWARD, LOCAL, /ledgers/available/b1:3181, true",
    "FORWARD, LOCAL, /ledgers/available, false",
    "FORWARD, LOCAL, /ledgers/idgen, true",
    "FORWARD, LOCAL, /ledgers/cookies/b1:3181, false",
    "FORWARD, LOCAL, /managed-ledgers/t/n/persistent/a, false",
    "FORWARD, CONFIGURATION, /metamigrate/mark, true",
    "FORWARD, CONFIGURATION, /ledgers/idgen, false",
    "FORWARD, CONFIGURATION, /admin/policies/t, false",
    "BACK_BEFORE_NO_RETURN, LOCAL, /ledgers/cookies/b1:3181, true",
    "BACK_BEFORE_NO_RETURN, CONFIGURATION, /admin/policies/t, false",
    "BACK_AFTER_NO_RETURN, LOCAL, /managed-ledgers/t/n/persistent/a, true",
    "BACK_AFTER_NO_RETURN, CONFIGURATION, /admin/policies/t, true",
    "BACK_AFTER_NO_RETURN, CONFIGURATION, /ledgers/available/b1:3181, false",
    "BACK_AFTER_NO_RETURN, CONFIGURATION, /zookeeper/quota, false",
  })
  void aPathMayBeWritten(MoveProgress progress, Ensemble ensemble, String path, boolean may) {
    assertThat(WritePaths.mayWrite(progress, ensemble, Scope.ALL, new ZkPath(path))).isEqualTo(may);
  }
}
