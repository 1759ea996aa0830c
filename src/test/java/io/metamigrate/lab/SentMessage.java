package io.metamigrate.lab;

/**
 * A message that the broker has confirmed and that readers may see.
 *
 * @param text what identifies it, unique in its topic
 * @param number its place in its round
 * @param entry the entry that holds it, alone or with others of its batch
 */
record SentMessage(String text, int number, Entry entry) {

  /** A BookKeeper entry of one partition; {@code partition} is -1 where the topic has none. */
  record Entry(int partition, long ledgerId, long entryId) {}
}
