package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes that a move is about, as recorded on etcd in a key of their own.
 *
 * @param bookies all of them, the lost ones left out; a bookie never leaves otherwise, since it
 *     holds data
 * @param lost bookies that the operator named as permanently lost
 * @param brokers by id, with the name under which the driver knows each
 * @param metadataWriters what else writes metadata, as {@code autorecovery NAME}
 * @param bookieNodes bookies by id, with the driver's name of each; an older record has none
 */
record NodeList(
    SortedSet<String> bookies,
    SortedSet<String> lost,
    SortedMap<String, String> brokers,
    @JsonAlias("sideWriters") SortedSet<String> metadataWriters,
    SortedMap<String, String> bookieNodes) {
  static final NodeList NONE =
      new NodeList(
          new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());

  NodeList {
    bookies = Collections.unmodifiableSortedSet(new TreeSet<>(bookies));
    lost = Collections.unmodifiableSortedSet(new TreeSet<>(lost));
    brokers = Collections.unmodifiableSortedMap(new TreeMap<>(brokers));
    bookieNodes =
        Collections.unmodifiableSortedMap(
            new TreeMap<>(Objects.requireNonNullElse(bookieNodes, Map.of())));
    metadataWriters = Collections.unmodifiableSortedSet(new TreeSet<>(metadataWriters));
  }
}
