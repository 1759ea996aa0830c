package io.metamigrate.migrator.control;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon that does nothing but remember what it was asked for. */
public final class RecordingDaemon implements Controls {
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile Status status = Statuses.FULL;
  volatile Optional<String> problem = Optional.empty();
  volatile Optional<String> refusal = Optional.empty();

  @Override
  public Status status() {
    return status;
  }

  @Override
  public List<String> phases() {
    return List.of("Planned", "Copying", "Following");
  }

  @Override
  public RequestOutcome pause(String reason) {
    return record("pause: " + reason);
  }

  @Override
  public RequestOutcome resume() {
    return record("resume");
  }

  @Override
  public RequestOutcome abort(boolean clean) {
    return record("abort, clean: " + clean);
  }

  @Override
  public RequestOutcome throttle(ThrottleChange change) {
    return record("throttle: " + change.maxRate() + " " + change.inFlight());
  }

  @Override
  public RequestOutcome confirmCutover(String cluster) {
    return record("confirm: " + cluster);
  }

  @Override
  public void filesRefused(String what, Optional<String> why) {
    asked.add(what + ": " + why.orElse("usable"));
  }

  @Override
  public Optional<String> unhealthy() {
    return problem;
  }

  @Override
  public Optional<String> notReady() {
    return problem;
  }

  private RequestOutcome record(String what) {
    asked.add(what);
    return refusal
        .<RequestOutcome>map(RequestOutcome.Refused::new)
        .orElseGet(() -> new RequestOutcome.Granted("did " + what));
  }
}
