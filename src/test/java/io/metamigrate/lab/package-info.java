/**
 * The lab: real ZooKeeper, etcd, bookies and brokers as processes of their own on free loopback
 * ports, and a workload that knows every message it sent and acknowledged.
 *
 * <p>Takes a directory and a Pulsar version; gives nodes that can be started, stopped, killed,
 * frozen and pointed at another metadata store. Invariant: servers never share the test's class
 * path, and no process outlives the test that started it.
 */
@NullMarked
package io.metamigrate.lab;

import org.jspecify.annotations.NullMarked;
