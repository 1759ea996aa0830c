package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.OtlpConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The registry that every part of the daemon puts its meters into, and its text for Prometheus. The
 * names are in the package's description. Safe for use by several threads.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry served;
  private final MeterRegistry registry;

  private Metrics(PrometheusMeterRegistry served, MeterRegistry registry) {
    this.served = served;
    this.registry = registry;
  }

  /** A registry whose meters all carry the cluster's name; they are served only. */
  public static Metrics of(String cluster) {
    PrometheusMeterRegistry served = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return bound(cluster, served, served);
  }

  /** The same; if the configuration names a receiver, they are sent there, too. */
  public static Metrics of(String cluster, OtlpConfig otlp) {
    if (otlp.url().isEmpty()) {
      return of(cluster);
    }
    PrometheusMeterRegistry served = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    CompositeMeterRegistry both = new CompositeMeterRegistry();
    both.add(served);
    both.add(OtlpSender.of(otlp));
    return bound(cluster, served, both);
  }

  private static Metrics bound(
      String cluster, PrometheusMeterRegistry served, MeterRegistry registry) {
    registry.config().commonTags("cluster", cluster);
    new JvmMemoryMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return new Metrics(served, registry);
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** All meters in Prometheus's text format 0.0.4. */
  public String scrape() {
    return served.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
