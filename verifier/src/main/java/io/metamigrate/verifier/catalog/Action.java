package io.metamigrate.verifier.catalog;

/** What is done with a path family on etcd. */
public enum Action {
  /** Same key, same bytes. */
  COPY,
  /** A parent of sequential nodes: the counter is carried over, by etcd's different rule. */
  SEED,
  /** Not carried over, for the family's reason. */
  SKIP
}
