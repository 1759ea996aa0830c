/**
 * The drivers against what they drive: a real Kubernetes control plane and a real container engine,
 * if this machine has them.
 */
@NullMarked
package io.metamigrate.restart;

import org.jspecify.annotations.NullMarked;
