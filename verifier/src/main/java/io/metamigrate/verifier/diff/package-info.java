/**
 * Two streams to differences: what each pair of a znode and a key must be called, by the catalogue.
 * Pure.
 */
@NullMarked
package io.metamigrate.verifier.diff;

import org.jspecify.annotations.NullMarked;
