package io.metamigrate.verifier.store;

import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.Map;

/**
 * Has etcd send what a watch brings in pieces of about its own request limit (1.5 MiB unless set).
 * Without that, one response holds the events of up to a thousand revisions with their values, of
 * any size, and one above the client's limit ends the watch, which jetcd begins again without end
 * (WatchImpl, 0.8.7).
 *
 * <p>The pieces of a response are put together without their values, so that a response still holds
 * whole revisions: a watch through this client sees only keys, revisions and leases. jetcd does not
 * know the {@code fragment} fields of etcd's WatchCreateRequest and WatchResponse
 * (etcdserverpb/rpc.proto, since 3.4), so they are set and read by number.
 */
final class FragmentedWatches implements ClientInterceptor {
  private static final String WATCH = "etcdserverpb.Watch/Watch";
  private static final int CREATE_REQUEST_FRAGMENT = 8;
  private static final int RESPONSE_FRAGMENT = 7;
  private static final UnknownFieldSet FRAGMENT =
      UnknownFieldSet.newBuilder()
          .addField(
              CREATE_REQUEST_FRAGMENT, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    ClientCall<A, B> call = next.newCall(method, options);
    return method.getFullMethodName().equals(WATCH) ? new FragmentedCall<>(call) : call;
  }

  private static final class FragmentedCall<A, B> extends SimpleForwardingClientCall<A, B> {
    FragmentedCall(ClientCall<A, B> call) {
      super(call);
    }

    @Override
    public void start(Listener<B> listener, Metadata headers) {
      super.start(new ReassemblingListener<>(listener, delegate()), headers);
    }

    @Override
    @SuppressWarnings("unchecked") // The method's request type is WatchRequest.
    public void sendMessage(A message) {
      super.sendMessage(
          (A) (message instanceof WatchRequest request ? fragmented(request) : message));
    }

    private static WatchRequest fragmented(WatchRequest request) {
      return request.hasCreateRequest()
          ? request.toBuilder()
              .setCreateRequest(request.getCreateRequest().toBuilder().mergeUnknownFields(FRAGMENT))
              .build()
          : request;
    }
  }

  /** One call carries several watches, whose pieces may come in turn. */
  private static final class ReassemblingListener<B> extends SimpleForwardingClientCallListener<B> {
    private final ClientCall<?, B> call;
    private final Map<Long, WatchResponse.Builder> pieces = new HashMap<>();

    ReassemblingListener(ClientCall.Listener<B> listener, ClientCall<?, B> call) {
      super(listener);
      this.call = call;
    }

    @Override
    @SuppressWarnings("unchecked") // The method's response type is WatchResponse.
    public void onMessage(B message) {
      if (!(message instanceof WatchResponse response)
          || (!isPiece(response) && !pieces.containsKey(response.getWatchId()))) {
        super.onMessage(message);
        return;
      }
      WatchResponse.Builder whole =
          pieces.computeIfAbsent(response.getWatchId(), id -> response.toBuilder().clearEvents());
      response.getEventsList().forEach(event -> whole.addEvents(withoutValues(event)));
      if (isPiece(response)) {
        call.request(1);
      } else {
        pieces.remove(response.getWatchId());
        super.onMessage((B) whole.setUnknownFields(UnknownFieldSet.getDefaultInstance()).build());
      }
    }

    private static boolean isPiece(WatchResponse response) {
      return response.getUnknownFields().getField(RESPONSE_FRAGMENT).getVarintList().contains(1L);
    }

    private static Event withoutValues(Event event) {
      Event.Builder bare = event.toBuilder().clearPrevKv();
      bare.getKvBuilder().clearValue();
      return bare.build();
    }
  }
}
