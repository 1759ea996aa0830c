package io.metamigrate.migrator.cutover.world;

import io.metamigrate.verifier.store.Store;

/**
 * What a server is configured with, or runs with.
 *
 * @param store its metadata store
 * @param collectsGarbage whether a bookie may delete ledgers that its store does not list
 */
public record SimulatedSettings(Store store, boolean collectsGarbage) {}
