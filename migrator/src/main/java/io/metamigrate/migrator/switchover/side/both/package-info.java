/** What concerns both stores at once: copying and comparing. */
package io.metamigrate.migrator.switchover.side.both;
