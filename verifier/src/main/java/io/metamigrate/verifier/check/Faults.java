package io.metamigrate.verifier.check;

import io.metamigrate.verifier.report.CheckResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one check found wrong in one store. Holds the first thousand sentences and a number for each
 * further one, so that the same fault can be recognised in the other store. For one thread.
 */
final class Faults {
  private static final int KEPT = 1000;
  private static final int SHOWN = 3;

  private final LongSet keys = new LongSet();
  private final List<String> first = new ArrayList<>();
  private final List<Long> further = new ArrayList<>();
  private long checked;
  private long outside;

  void checked() {
    checked++;
  }

  /** What was to be looked up is not part of the question, so that it is not missed. */
  void outside() {
    outside++;
  }

  /** The same words, in either store, are the same fault. */
  void add(String fault) {
    long key = Hash.of(fault);
    if (!keys.add(key)) {
      return;
    }
    if (first.size() < KEPT) {
      first.add(fault);
    } else {
      further.add(key);
    }
  }

  /**
   * The result for this store. A fault that the other store has too was there before the copy: it
   * is reported, but it is no failure.
   */
  CheckResult compare(DomainCheck check, Faults other) {
    List<String> fresh = first.stream().filter(fault -> !other.has(Hash.of(fault))).toList();
    long count = fresh.size() + further.stream().filter(key -> !other.has(key)).count();
    long excused = keys.size() - count;
    StringBuilder detail = new StringBuilder();
    if (count > 0) {
      detail.append(String.format(Locale.ROOT, "%,d wrong of ", count));
    }
    detail.append(String.format(Locale.ROOT, "%,d %s", checked, check.subject()));
    if (count > 0) {
      detail.append(": ").append(shown(fresh, count));
    }
    if (excused > 0) {
      List<String> old = first.stream().filter(fault -> other.has(Hash.of(fault))).toList();
      detail.append(
          String.format(
              Locale.ROOT, "; the same on ZooKeeper, so not caused by the copy (%,d): ", excused));
      detail.append(shown(old, excused));
    }
    if (keys.size() == 0 && outside > 0 && outside >= checked) {
      return CheckResult.notRun(
          check.name(),
          "everything it reads is outside of the compared paths (%d)".formatted(outside),
          check.reads());
    }
    if (outside > 0) {
      detail.append(
          String.format(Locale.ROOT, "; %,d of them point outside of the compared paths", outside));
    }
    return CheckResult.of(check.name(), count == 0, detail.toString(), check.reads());
  }

  private boolean has(long key) {
    return keys.contains(key);
  }

  private static String shown(List<String> faults, long count) {
    String some = String.join("; ", faults.subList(0, Math.min(SHOWN, faults.size())));
    long more = count - Math.min(SHOWN, faults.size());
    return more == 0 ? some : some + String.format(Locale.ROOT, "; and %,d more", more);
  }
}
