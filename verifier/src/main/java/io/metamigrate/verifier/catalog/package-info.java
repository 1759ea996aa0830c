/**
 * What a path is and what must become of it, and what each Pulsar version can do. Takes values,
 * gives values; nothing here touches a store.
 */
@NullMarked
package io.metamigrate.verifier.catalog;

import org.jspecify.annotations.NullMarked;
