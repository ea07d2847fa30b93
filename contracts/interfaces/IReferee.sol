// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Claim, MaxQuestion, SumsQuestion} from "../types/Claim.sol";

/// @notice Recomputes one element of one node of an exact model. No state, no money: it says what is so.
/// @dev A proof is a stream of words in the order in which they are used, without lengths: all lengths follow from the node's record. Its
/// layout: docs/EXACT.md, "Proofs". A record under `claim.nodesRoot` is well-formed, since providers take only models whose id they computed.
interface IReferee {
    /// @notice The stream ends too early, is too long, or names a place that is not there.
    error MalformedProof();
    /// @notice What the stream opens does not lead to the root that was claimed.
    error WrongRoot(bytes32 found, bytes32 claimed);
    /// @notice This question cannot be asked of this node.
    error WrongKind(uint256 kind);
    /// @notice Prefix sums are of another number, or do not lead to the claimed value.
    error WrongSums();

    /// @notice Whether the proof shows that what is claimed is not what the model computes.
    /// @dev Reverts: {MalformedProof}, {WrongRoot}, {WrongKind}.
    function refutes(Claim calldata claim, bytes calldata proof) external view returns (bool);

    /// @notice Where a challenger wants to see below a hash of the claimed trace, or of a claimed tensor.
    /// @return hash The hash that stands there.
    /// @return levels How many levels below it are to be opened (at most 5); 0 means that it is a tensor's leaf, whose 128 bytes are asked for.
    /// @dev Reverts: as {refutes}.
    function locate(Claim calldata claim, bytes calldata proof) external view returns (bytes32 hash, uint8 levels);

    /// @notice Asks for the prefix sums of one element of a Contract.
    /// @dev Reverts: as {refutes}.
    function sumsQuestion(
        Claim calldata claim,
        bytes calldata proof
    ) external view returns (SumsQuestion memory question);

    /// @notice Root of the tree over the prefix sums, after the last has been found to lead to the claimed value.
    /// @param sums `question.steps` big-endian int32.
    /// @dev Reverts: {WrongSums}.
    function sumsRoot(SumsQuestion calldata question, bytes calldata sums) external pure returns (bytes32);

    /// @notice Whether one step of posted prefix sums adds something else than the products of its words.
    /// @dev Reverts: as {refutes}.
    function refutesStep(
        Claim calldata claim,
        SumsQuestion calldata question,
        bytes32 root,
        bytes calldata proof
    ) external view returns (bool);

    /// @notice Asks where the claimed value of one element of a MaxPool stands.
    /// @dev Reverts: as {refutes}.
    function maxQuestion(
        Claim calldata claim,
        bytes calldata proof
    ) external view returns (MaxQuestion memory question);

    /// @notice Whether the proof shows an element of the window that has the claimed value.
    /// @dev Reverts: as {refutes}.
    function answersMax(
        Claim calldata claim,
        MaxQuestion calldata question,
        bytes calldata proof
    ) external view returns (bool);
}
