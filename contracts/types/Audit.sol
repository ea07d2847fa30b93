// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the module keeps of a job.
struct Audit {
    /// See {IRandomBeacon-nextPoint}.
    uint64 seedPoint;
    /// When the job was assigned; auditing stakes count as of then. Zero if the job was not committed.
    uint40 assignedAt;
    /// Last moment of attesting.
    uint40 auditDeadline;
    uint32 items;
    uint16 checkBps;
    uint8 sampleSize;
    bool redrawn;
    uint16 attestations;
    /// Attestations that are not done with: neither closed nor forfeited.
    uint16 waiting;
    /// Whether the pot of a job that was never committed went back.
    bool potReturned;
    // second slot
    /// Last moment of opening attestations; zero unless the job was revealed with attestations.
    uint40 claimDeadline;
    address provider;
    // third
    /// What is left of the pot, of the job's token: to be shared by the auditors.
    uint128 pot;
    /// What is left, in GLIA units: to be shared by auditors whose attestation differs at the refuted item, or else for the challenger.
    uint96 reward;
    // fourth to seventh, each written only if somebody attested
    address token;
    address payer;
    /// Zero until an auditor captured it.
    bytes32 seed;
    /// keccak256 of the revealed roots of the sampled items, one after another.
    bytes32 digest;
}

/// @notice One auditor's word on one job.
struct Attestation {
    /// `keccak256(abi.encode(jobId, auditor, digest, salt))`, with the digest as in {Audit}; zero if there is none, or it is done with.
    bytes32 commitment;
    /// Bit j: the auditor's root of the j-th sampled item differs from the revealed one.
    uint64 differences;
    bool opened;
    /// The job was settled before the difference was opened: nobody could dispute it any more.
    bool excused;
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
