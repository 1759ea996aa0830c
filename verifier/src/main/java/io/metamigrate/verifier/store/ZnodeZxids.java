package io.metamigrate.verifier.store;

/**
 * The zxids of a znode: of its creation, its last change, and the last change of its children.
 *
 * @param version number of data changes since creation
 */
public record ZnodeZxids(Zxid czxid, Zxid mzxid, Zxid pzxid, int version) {}
