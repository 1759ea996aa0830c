package io.metamigrate.cutover;

import io.etcd.jetcd.Client;

/** Where stand-ins find the stores; both live as long as the test. */
record Servers(String zookeeper, Client etcd) {}
