// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How a result is checked before it is paid. PROTOCOL section 1.
enum AssuranceLevel {
    Optimistic,
    Audited,
    Proved
}

/// @notice What a buyer wants computed and on which terms. An EIP-712 struct; its digest is the {JobId}.
/// @dev All members are value types, so that a spec is 26 calldata words and is hashed in place.
struct JobSpec {
    /// Who defines the job and may accept or cancel it.
    address buyer;
    /// Whose Vault balance pays and receives refunds; equal to `buyer` unless sponsored.
    address payer;
    /// Commitment to the model; the law (PROTOCOL section 1).
    bytes32 modelId;
    /// sha2-256 digest of the model file's dag-pb root CID; a hint where to find the bytes.
    bytes32 modelDigest;
    /// Merkle root over the items' input roots; the law.
    bytes32 batchRoot;
    /// sha2-256 digest of the batch file's dag-pb root CID; a hint.
    bytes32 inputDigest;
    /// Number of inferences, at least 1.
    uint32 items;
    /// Upper bound of one item's output, in bytes.
    uint32 maxItemOutputBytes;
    /// ERC-20 in which the job is priced.
    address token;
    /// Offered price when the auction starts, in token units; unused by `hire`.
    uint128 startPrice;
    /// Highest price, in token units.
    uint128 maxPrice;
    /// Unix time in seconds at which the price starts to rise; unused by `hire`.
    uint64 auctionStart;
    /// Unix time in seconds at which the price reaches `maxPrice` and after which nobody can take the job; unused by `hire`.
    uint64 auctionEnd;
    /// Seconds after assignment within which the provider may reject.
    uint32 rejectWindow;
    /// Seconds after assignment within which the provider must deliver.
    uint32 executionWindow;
    /// Seconds after the reveal before anyone may settle.
    uint32 challengeWindow;
    AssuranceLevel level;
    /// Probability that the job is checked, in basis points.
    uint16 checkBps;
    /// Number of items that an auditor re-executes.
    uint8 sampleSize;
    /// Paid to auditors of a checked job, in token units; zero at level Optimistic.
    uint128 auditPot;
    /// What a forged result would be worth to a cheat, in token units; at least the price.
    uint128 declaredGain;
    /// Stake that the provider must have put at this market, in GLIA units.
    uint96 minStake;
    /// Bits that the provider's capabilities must contain.
    uint64 capabilities;
    /// 0: any runtime; 1: the exact profile.
    uint8 determinism;
    /// Merkle root of the providers that may take the job from the auction; zero admits all.
    bytes32 allowedProviders;
    /// Makes otherwise equal jobs distinct.
    bytes32 salt;
}
