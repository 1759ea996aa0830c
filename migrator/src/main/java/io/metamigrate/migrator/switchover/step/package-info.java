/**
 * The steps of a move, one file each, with their conditions, proof, resume rule and undo. A step
 * knows the interfaces {@code MetadataSide} and {@code NodeDriver}, never an implementation.
 */
package io.metamigrate.migrator.switchover.step;
