package io.metamigrate.verifier;

import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A scope, and perhaps a position, as an operator could ask for. */
record RandomQuestion(Scope scope, Optional<Position> since) {
  /** Everything was written before this, except what a fault writes after it. */
  static final Position AFTER_THE_COPY = new Position(new Zxid(100), new Revision(100));

  static RandomQuestion allocate(Random random, PairOfStores stores) {
    List<ZkPath> exclude = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      exclude.add(random.nextInt(4) == 0 ? new ZkPath("/nowhere/" + i) : stores.somePath(random));
    }
    List<ZkPath> include = new ArrayList<>();
    if (random.nextBoolean()) {
      include.add(ZkPath.ROOT);
    } else {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        ZkPath path = stores.somePath(random);
        if (include.stream().noneMatch(p -> p.isAtOrBelow(path) || path.isAtOrBelow(p))) {
          include.add(path);
        }
      }
    }
    Scope scope = new Scope(include, exclude);
    if (random.nextInt(4) == 0) {
      scope = scope.within(stores.somePath(random)).orElse(scope);
    }
    return new RandomQuestion(
        scope, random.nextInt(4) == 0 ? Optional.of(AFTER_THE_COPY) : Optional.empty());
  }
}
