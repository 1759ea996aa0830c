package io.metamigrate.migrator.cutover.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one store holds. */
public final class StoreState {
  public boolean up = true;
  public int era;
  public String nonce = "";

  /** Bookie to whether it registered itself (true) or is mirrored. */
  public SortedMap<String, Boolean> bookies = new TreeMap<>();

  public SortedSet<String> brokers = new TreeSet<>();
  public SortedSet<String> cookies = new TreeSet<>();
  public SortedSet<Long> ledgers = new TreeSet<>();
  public SortedSet<Long> references = new TreeSet<>();
  public long next = 3;
  public boolean replicationDisabled;
  public boolean fenced;

  /** The operator's own command keeps brokers out. */
  public boolean hookFenced;

  public boolean guarded;
  int guardHolder;

  /** Rises with each transfer of authority: odd to etcd, even to ZooKeeper. */
  public int epoch;

  /** How often the document of the move was written there. */
  public int writes;

  public List<String> log = new ArrayList<>();

  /** Everything that it holds. */
  void forget() {
    restore(new StoreState());
  }

  StoreState copy() {
    StoreState copy = new StoreState();
    copy.restore(this);
    return copy;
  }

  void restore(StoreState from) {
    up = from.up;
    era = from.era;
    nonce = from.nonce;
    bookies = new TreeMap<>(from.bookies);
    brokers = new TreeSet<>(from.brokers);
    cookies = new TreeSet<>(from.cookies);
    ledgers = new TreeSet<>(from.ledgers);
    references = new TreeSet<>(from.references);
    next = from.next;
    replicationDisabled = from.replicationDisabled;
    fenced = from.fenced;
    hookFenced = from.hookFenced;
    guarded = from.guarded;
    guardHolder = from.guardHolder;
    epoch = from.epoch;
    writes = from.writes;
    log = new ArrayList<>(from.log);
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
