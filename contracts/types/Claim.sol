// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a provider has claimed of one item once it has responded: all that a proof leans on. Numbers of tensors: the inputs first, then the
/// outputs of the nodes (docs/EXACT.md).
/// @dev The chain keeps it: an argument of each proof would cost more than four words read.
struct Claim {
    /// Root of the tree over the records of the model's nodes.
    bytes32 nodesRoot;
    /// keccak256 of the roots of the item's input tensors, one after another.
    bytes32 inputRoots;
    /// Root of the tree whose leaves are the roots of the nodes' outputs.
    bytes32 traceRoot;
    /// Number of nodes, so the depth of both trees.
    uint32 nodes;
    /// Number of input tensors.
    uint32 inputs;
}

/// @notice A dot product that is too long for one transaction: which, and what its prefix sums must lead to.
struct SumsQuestion {
    uint32 node;
    /// Index of the output element, physical order.
    uint32 element;
    /// Number of words of activations, so of prefix sums.
    uint32 steps;
    /// Bits of the float32 multiplier.
    uint32 multiplier;
    /// `bias − xZero · Σ (w − wZero)`: what the prefix sums are added to.
    int64 bias;
    uint8 yZero;
    /// The element's claimed value.
    uint8 claimed;
}

/// @notice A maximum that the challenger holds to be too large: the provider must show where it stands.
struct MaxQuestion {
    uint32 node;
    /// Index of the output element, physical order.
    uint32 element;
    /// The element's claimed value.
    uint8 claimed;
}
