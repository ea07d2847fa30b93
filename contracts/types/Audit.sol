// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the module keeps of a committed job.
struct Audit {
    /// See {IRandomBeacon-nextPoint}.
    uint64 seedPoint;
    /// When the job was assigned; auditing stakes count as of then.
    uint40 assignedAt;
    /// Last moment of attesting.
    uint40 auditDeadline;
    uint32 items;
    uint16 checkBps;
    uint8 sampleSize;
    bool redrawn;
    uint16 attestations;
    // second slot
    /// Of the attestations that were opened, how many differ from what was revealed.
    uint16 differing;
    /// Opened attestations, of either kind.
    uint16 opened;
    /// Last moment of opening attestations; zero before the reveal.
    uint40 claimDeadline;
    address provider;
    // third and fourth
    /// Of the job's token: to be shared by the auditors.
    uint128 pot;
    /// GLIA: to be shared by auditors whose attestation differs at the refuted item, or else for the challenger.
    uint96 reward;
    address token;
    /// Zero until captured.
    bytes32 seed;
    /// keccak256 of the revealed roots of the sampled items, one after another; zero if there was no attestation.
    bytes32 digest;
}

/// @notice One auditor's word on one job.
struct Attestation {
    /// `keccak256(abi.encode(jobId, auditor, digest, salt))`, with the digest as in {Audit}; zero if there is none, or it is done with.
    bytes32 commitment;
    /// Bit j: the auditor's root of the j-th sampled item differs from the revealed one.
    uint64 differences;
    bool opened;
}

/// @notice What a provider reveals.
struct Reveal {
    bytes32 resultRoot;
    /// sha2-256 digest of the dag-pb root of the outputs; a hint where to find the bytes.
    bytes32 outputDigest;
    /// Of the commitment; unused at level Optimistic.
    bytes32 salt;
    /// Item roots of the sampled outputs with their siblings under `resultRoot`; empty unless somebody attested.
    bytes32[] sampledRoots;
    bytes32[][] siblings;
    /// For the beacon, if nobody captured the seed yet.
    bytes seedProof;
}
