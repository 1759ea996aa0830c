/** Servers as they are: acted on by the operator's driver, asked over the network. */
package io.metamigrate.migrator.switchover.node.restart;
