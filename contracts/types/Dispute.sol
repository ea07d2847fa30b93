// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "./JobId.sol";

/// @notice Whose move it is in a challenge, or how it ended.
enum Turn {
    None,
    /// The provider must answer: {IDisputes-respond}, {IDisputes-show}, {IDisputes-postSums}, {IDisputes-answerMax}.
    Provider,
    /// The challenger must ask or prove.
    Challenger,
    Won,
    Lost,
    /// The job fell through another challenge, and the bond went back.
    Released
}

/// @notice One challenger's dispute of one item.
struct Challenge {
    address challenger;
    /// Unix time in seconds up to which the party whose turn it is may move.
    uint40 deadline;
    /// {IDisputes-NO_ITEM} while the challenger looks for it in the result's tree.
    uint32 item;
    /// What was asked so far, in questions that cost one `show`; at most {IDisputes-MAX_ROUNDS}.
    uint8 rounds;
    Turn turn;
    JobId jobId;
    /// What the provider must answer, hashed; zero while it must {IDisputes-respond}. At the challenger's turn the posted sums, or zero.
    bytes32 question;
    /// Wei; zero once it is anybody's.
    uint128 bond;
}

/// @notice How a job fell, or will once somebody calls {IDisputes-refute}. There is none while `challenge` is zero and `refuted` false.
struct Verdict {
    bool refuted;
    /// The item whose result was refuted; {IDisputes-NO_ITEM} if none in particular.
    uint32 item;
    /// The earliest challenge on that item among those that won in time; zero if it fell for undelivered data.
    uint64 challenge;
    /// Unix time in seconds up to which an earlier challenge on that item may still win, and so take the reward.
    uint40 tieDeadline;
    /// The item's result was shown to be wrong, up to `tieDeadline`; if not, the provider fell silent.
    bool proven;
}

/// @notice What a provider answers to the challenges of one item. All roots as in docs/EXACT.md, "Commitments".
struct Response {
    uint32 item;
    /// Root of the records, and their number.
    bytes32 nodesRoot;
    uint32 nodes;
    /// keccak256 of the input ports, joined.
    bytes32 inputPorts;
    /// The output ports, joined.
    bytes outputPorts;
    bytes32[] inputRoots;
    bytes32[] outputRoots;
    /// Siblings of the item's leaf under `spec.batchRoot` and under the result's root.
    bytes32[] batchProof;
    bytes32[] resultProof;
    /// The hashes of the trace's tree 6 levels below its root, or its leaves if it is not as deep.
    bytes32[] traceTop;
    /// For each output the siblings from its node's leaf up to `traceTop`; empty for an output that is an input.
    bytes32[][] ties;
}

/// @notice One item's outputs, posted as calldata.
struct ItemData {
    uint32 item;
    /// Number of bytes of each output's layout; they stand in `data` one after another.
    uint32[] lengths;
    bytes data;
    bytes32[] resultProof;
}
