package io.metamigrate.lab;

import java.util.function.Function;
import org.apache.pulsar.client.api.Schema;

/** How the text that identifies a message travels on a topic. */
record Codec<T>(Schema<T> schema, Function<String, T> wrap, Function<T, String> unwrap) {

  static Codec<String> text() {
    return new Codec<>(Schema.STRING, Function.identity(), Function.identity());
  }

  /** The first version of the topic's Avro schema. */
  static Codec<OrderV1> avroV1() {
    return new Codec<>(Schema.AVRO(OrderV1.class), OrderV1::new, order -> order.text);
  }

  /** The second version, which can read the first. */
  static Codec<OrderV2> avroV2() {
    return new Codec<>(Schema.AVRO(OrderV2.class), OrderV2::new, order -> order.text);
  }

  /** Public because Avro makes and fills it. */
  public static final class OrderV1 {
    public String text = "";

    public OrderV1() {}

    OrderV1(String text) {
      this.text = text;
    }
  }

  /** Public because Avro makes and fills it. */
  public static final class OrderV2 {
    public String text = "";
    public Integer amount = 0;

    public OrderV2() {}

    OrderV2(String text) {
      this.text = text;
      this.amount = text.length();
    }
  }
}
