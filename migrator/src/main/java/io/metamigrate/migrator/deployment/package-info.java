/**
 * What manifests and compose files define for the servers, and the rules that decide from it what
 * would break the move or destroy data. Takes plain values that the restart drivers read, gives
 * findings; touches nothing.
 */
@NullMarked
package io.metamigrate.migrator.deployment;

import org.jspecify.annotations.NullMarked;
