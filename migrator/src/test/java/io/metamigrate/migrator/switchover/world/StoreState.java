package io.metamigrate.migrator.switchover.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one store holds. */
final class StoreState {
  boolean up = true;
  int era;
  String nonce = "";

  /** Bookie to whether it registered itself (true) or is mirrored. */
  SortedMap<String, Boolean> bookies = new TreeMap<>();

  SortedSet<String> brokers = new TreeSet<>();
  SortedSet<String> cookies = new TreeSet<>();
  SortedSet<Long> ledgers = new TreeSet<>();
  SortedSet<Long> references = new TreeSet<>();
  long next = 3;
  boolean replicationDisabled;
  boolean fenced;

  /** The operator's own command keeps brokers out. */
  boolean hookFenced;

  boolean guarded;
  int guardHolder;
  int epoch;
  List<String> log = new ArrayList<>();

  StoreState copy() {
    StoreState copy = new StoreState();
    copy.up = up;
    copy.era = era;
    copy.nonce = nonce;
    copy.bookies = new TreeMap<>(bookies);
    copy.brokers = new TreeSet<>(brokers);
    copy.cookies = new TreeSet<>(cookies);
    copy.ledgers = new TreeSet<>(ledgers);
    copy.references = new TreeSet<>(references);
    copy.next = next;
    copy.replicationDisabled = replicationDisabled;
    copy.fenced = fenced;
    copy.hookFenced = hookFenced;
    copy.guarded = guarded;
    copy.guardHolder = guardHolder;
    copy.epoch = epoch;
    copy.log = new ArrayList<>(log);
    return copy;
  }

  /** Everything that decides what happens next, without holders. */
  String canonical() {
    return String.join(
        "|",
        up + nonce + era,
        bookies.toString(),
        brokers.toString(),
        cookies.toString(),
        ledgers.toString(),
        references.toString(),
        next + " " + epoch,
        replicationDisabled + " " + fenced + " " + hookFenced + " " + guarded,
        log.toString());
  }
}
