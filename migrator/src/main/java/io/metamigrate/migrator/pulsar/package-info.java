/**
 * Questions to brokers and bookies: health, settings, what they serve. Takes addresses and
 * credentials, gives values and outcomes; the plan and the window ask the same questions.
 *
 * <p>Invariant: nothing here changes a broker or a bookie.
 */
@NullMarked
package io.metamigrate.migrator.pulsar;

import org.jspecify.annotations.NullMarked;
