package io.metamigrate.verifier.catalog;

/** What is done with a path family on etcd. */
public enum Action {
  /** Same key, same bytes. */
  COPY,
  /** A parent of sequential nodes: the counter is migrated, by etcd's different rule. */
  SEED,
  /** Not migrated, for the family's reason. */
  SKIP
}
