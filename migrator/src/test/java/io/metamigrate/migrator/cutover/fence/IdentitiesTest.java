package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.Identities.Identity;
import io.metamigrate.migrator.cutover.fence.Identities.Permission;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class IdentitiesTest {
  private static final int WRITE = 2;
  private static final int ADMIN = 16;
  private static final Identities MOVER =
      new Identities(Set.of(new Identity("sasl", "mover"), new Identity("ip", "10.0.0.1")), true);
  private static final SavedAcl WORLD = new SavedAcl(WRITE, "world", "anyone");

  @Test
  void rightsOfSeveralEntriesAddUp() {
    List<SavedAcl> acl = List.of(WORLD, new SavedAcl(ADMIN, "sasl", "mover"));

    assertThat(MOVER.may(acl, WRITE | ADMIN)).isEqualTo(Permission.YES);
  }

  @Test
  void whatBelongsToAnotherIsNotGranted() {
    assertThat(MOVER.may(List.of(WORLD, new SavedAcl(ADMIN, "sasl", "other")), ADMIN))
        .isEqualTo(Permission.NO);
    assertThat(MOVER.may(List.of(), ADMIN)).isEqualTo(Permission.NO);
  }

  @Test
  void aRangeOfAddressesOrAnotherSchemeCannotBeDecided() {
    assertThat(MOVER.may(List.of(new SavedAcl(ADMIN, "ip", "10.0.0.0/8")), ADMIN))
        .isEqualTo(Permission.UNKNOWN);
    assertThat(MOVER.may(List.of(new SavedAcl(ADMIN, "own-scheme", "x")), ADMIN))
        .isEqualTo(Permission.UNKNOWN);
  }

  @Test
  void anUnknownIdentityIsNeverDeniedForCertain() {
    Identities unknown = new Identities(Set.of(), false);

    assertThat(unknown.may(List.of(new SavedAcl(ADMIN, "sasl", "other")), ADMIN))
        .isEqualTo(Permission.UNKNOWN);
    assertThat(unknown.may(List.of(WORLD), WRITE)).isEqualTo(Permission.YES);
  }

  @Test
  void aSuperuserMayDoEverything() {
    Identities superuser = new Identities(Set.of(new Identity("super", "")), true);

    assertThat(superuser.may(List.of(), ADMIN)).isEqualTo(Permission.YES);
  }
}
