package io.metamigrate.migrator.cutover;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the program from logging: a search stops it a hundred thousand times. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {
  private static final Logger ALL = (Logger) LoggerFactory.getLogger("io.metamigrate");

  @Override
  public void beforeAll(ExtensionContext context) {
    ALL.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    ALL.setLevel(null);
  }
}
