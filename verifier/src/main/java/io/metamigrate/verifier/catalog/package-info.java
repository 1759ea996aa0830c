/**
 * What a path is and how it is migrated. The one place that defines it: planner, copy and verifier
 * read it, and none of them restates it. Pure.
 *
 * <p>The facts are those of Pulsar 2.10 to 4.x and BookKeeper 4.14 to 4.17, read in their sources
 * and seen on real clusters; what guards against a wrong entry is independent of it: ZooKeeper's
 * own node count, the domain checks, and real brokers.
 */
@NullMarked
package io.metamigrate.verifier.catalog;

import org.jspecify.annotations.NullMarked;
