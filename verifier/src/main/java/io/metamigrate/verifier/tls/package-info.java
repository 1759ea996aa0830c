/**
 * Encryption of connections: reads PEM files and finds out why a server cannot be reached. Takes
 * files and addresses, gives a context or one line that names the fault and its remedy.
 *
 * <p>Invariant: no key and no password is ever part of a message.
 */
@NullMarked
package io.metamigrate.verifier.tls;

import org.jspecify.annotations.NullMarked;
