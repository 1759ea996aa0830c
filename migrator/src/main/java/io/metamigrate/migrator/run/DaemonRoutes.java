package io.metamigrate.migrator.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metamigrate.migrator.control.OperatorRequest;
import io.metamigrate.migrator.control.RequestOutcome;
import io.metamigrate.migrator.control.Response;
import io.metamigrate.migrator.control.Route;
import io.metamigrate.migrator.control.RouteRequest;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that only a daemon answers: for commands of the window and for tests. */
final class DaemonRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonRoutes.class);

  /** Not longer than a caller waits; who gets no barrier asks again. */
  private static final Duration BARRIER = Duration.ofSeconds(5);

  private final BarrierSource barriers;
  private final Runnable handover;

  /** Waits for a barrier that covers every node; empty if it is not reached in time. */
  interface BarrierSource {
    /**
     * Waits.
     *
     * @throws BlockedException if it could not cover all
     */
    Optional<Barrier> await(Duration timeout) throws InterruptedException;
  }

  DaemonRoutes(BarrierSource barriers, Runnable handover) {
    this.barriers = barriers;
    this.handover = handover;
  }

  List<Route> all() {
    return List.of(
        new Route("POST", "/handover", Route.Access.CHANGE, this::handover),
        new Route("POST", "/barrier", Route.Access.CHANGE, this::barrier));
  }

  private Response handover(RouteRequest request) {
    OperatorRequest.body(request, Set.of());
    handover.run();
    return OperatorRequest.answer(
        request,
        "handover",
        new RequestOutcome.Granted("the daemon stops and hands over the lock"));
  }

  /** A store that does not answer proves nothing, and may answer the next time. */
  private Optional<Barrier> await() throws InterruptedException {
    try {
      return barriers.await(BARRIER);
    } catch (StoreException e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("a barrier is not reached");
      return Optional.empty();
    }
  }

  private Response barrier(RouteRequest request) {
    OperatorRequest.body(request, Set.of());
    try {
      Optional<Barrier> reached = await();
      return reached.isPresent()
          ? Response.json(
              200,
              JsonNodeFactory.instance
                  .objectNode()
                  .put("reached", true)
                  .put("zxid", reached.get().zxid().toString())
                  .put("etcdRevision", reached.get().revision().value())
                  .toString())
          : Response.json(
              202,
              JsonNodeFactory.instance
                  .objectNode()
                  .put("reached", false)
                  .put("message", "not reached yet; ask again")
                  .toString());
    } catch (BlockedException e) {
      return Response.refusal(409, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Response.refusal(503, "the daemon ends");
    }
  }
}
