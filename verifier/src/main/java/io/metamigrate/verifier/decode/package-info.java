/**
 * What the bytes of Pulsar's and BookKeeper's nodes mean.
 *
 * <p>Takes a value as stored, gives a record or the reason why it cannot be read; never throws for
 * bad bytes and never holds a secret. The only package that knows the protobuf classes, which are
 * compiled from the definitions that Pulsar and BookKeeper publish.
 */
@NullMarked
package io.metamigrate.verifier.decode;

import org.jspecify.annotations.NullMarked;
