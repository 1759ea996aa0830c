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
  public int epoch;
  public List<String> log = new ArrayList<>();

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
