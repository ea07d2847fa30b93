// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {NodeRecord} from "./NodeRecord.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {WordTree} from "./WordTree.sol";

/// @notice Reads opened parts of tensors, and ties their roots to what was claimed. docs/EXACT.md, "Proofs".
library TensorOpening {
    using ProofStream for Proof;

    /// Stands for a place outside the image.
    uint256 internal constant OUTSIDE = type(uint256).max;

    /// @notice Takes the leaf of the node's own output that holds element `proof.element`, and its tie; returns the element.
    function output(Claim calldata claim, Proof memory proof) internal pure returns (uint256 value) {
        bytes32 root;
        (value, root) = element(proof, NodeRecord.outputShape(proof), proof.element);
        tieOutput(claim, proof, root);
    }

    /// @notice Takes the leaf of input number `input` of the node that holds element `index`, and its tie; returns the element.
    function inputElement(
        Claim calldata claim,
        Proof memory proof,
        uint256 input,
        uint256 index
    ) internal pure returns (uint256 value) {
        (uint256 tensor, Shape memory shape) = NodeRecord.input(proof, input);
        bytes32 root;
        (value, root) = element(proof, shape, index);
        tie(claim, proof, tensor, root);
    }

    /// @notice Takes the leaf that holds element `index` of a tensor; returns the element and the tensor's root.
    /// @dev Reverts: {IReferee-MalformedProof} if there is no such element.
    function element(
        Proof memory proof,
        Shape memory shape,
        uint256 index
    ) internal pure returns (uint256 value, bytes32 root) {
        if (index >= TensorLayout.sizeOf(shape)) revert IReferee.MalformedProof();
        uint256 spot;
        (spot, root) = byteAt(proof, TensorLayout.byteOf(shape, index), TensorLayout.depthOf(shape));
        value = ProofStream.word(spot) >> 248;
    }

    /// @notice Takes the leaf that holds byte `index` of a tree's words; returns that byte's place in calldata, and the root.
    function byteAt(
        Proof memory proof,
        uint256 index,
        uint256 depth
    ) internal pure returns (uint256 spot, bytes32 root) {
        (spot, root) = WordTree.openRange(proof, index >> WordTree.LEAF_SHIFT, 1, depth);
        unchecked {
            spot += index & 127;
        }
    }

    /// @notice Takes the leaves that hold, from each of `places` on, the bytes up to the word `extra` bytes further; ranges of leaves that
    /// touch are one.
    /// @param places Ascending bytes of the layout, or {OUTSIDE}; they become places in calldata.
    /// @return root Root of the tensor; 0 if all places are outside.
    function ranges(
        Proof memory proof,
        uint256[] memory places,
        uint256 extra,
        uint256 depth
    ) internal pure returns (bytes32 root) {
        unchecked {
            uint256 i = 0;
            while (i < places.length) {
                if (places[i] == OUTSIDE) {
                    ++i;
                    continue;
                }
                uint256 first = places[i] >> WordTree.LEAF_SHIFT;
                uint256 last = (places[i] + extra) >> WordTree.LEAF_SHIFT;
                uint256 j = i + 1;
                for (; j < places.length; ++j) {
                    if (places[j] == OUTSIDE) continue;
                    if (places[j] >> WordTree.LEAF_SHIFT > last + 1) break;
                    last = (places[j] + extra) >> WordTree.LEAF_SHIFT;
                }
                (uint256 spot, bytes32 found) = WordTree.openRange(proof, first, last - first + 1, depth);
                if (root == 0) root = found;
                else if (found != root) revert IReferee.WrongRoot(found, root);
                spot -= first << WordTree.LEAF_SHIFT;
                for (; i < j; ++i) if (places[i] != OUTSIDE) places[i] += spot;
            }
        }
    }

    /// @notice Takes what ties the root of the node's own output to the claimed trace.
    function tieOutput(Claim calldata claim, Proof memory proof, bytes32 root) internal pure {
        proof.outputTie = proof.next;
        _tieTraced(claim, proof, proof.node, root);
    }

    /// @notice Takes what ties the root of a tensor that the node reads to the claimed inputs or the claimed trace.
    /// @dev Reverts: {IReferee-WrongRoot}.
    function tie(Claim calldata claim, Proof memory proof, uint256 tensor, bytes32 root) internal pure {
        uint256 inputs = claim.inputs;
        if (tensor >= inputs) {
            unchecked {
                if (proof.outputTie == 0) _tieTraced(claim, proof, tensor - inputs, root);
                else _tieBelow(proof, tensor - inputs, root);
            }
            return;
        }
        uint256 spot = proof.take(inputs);
        bytes32 joined;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, spot, shl(5, inputs))
            joined := keccak256(free, shl(5, inputs))
        }
        if (joined != claim.inputRoots) revert IReferee.WrongRoot(joined, claim.inputRoots);
        bytes32 claimed = bytes32(ProofStream.word(spot + (tensor << 5)));
        if (root != claimed) revert IReferee.WrongRoot(root, claimed);
    }

    /// @dev Takes the siblings up to where the way to the trace's root meets that of the node's own output: the hash there is a sibling in the
    /// output's tie, and is tied with it. They meet at the highest bit in which the numbers of the nodes differ; no node reads its own output.
    function _tieBelow(Proof memory proof, uint256 node, bytes32 root) private pure {
        uint256 level = Math.log2(node ^ proof.node);
        bytes32 tied;
        unchecked {
            tied = bytes32(ProofStream.word(proof.outputTie + (level << 5)));
        }
        bytes32 found = WordTree.openHash(proof, root, node, level);
        if (found != tied) revert IReferee.WrongRoot(found, tied);
    }

    function _tieTraced(Claim calldata claim, Proof memory proof, uint256 node, bytes32 root) private pure {
        bytes32 found = WordTree.openHash(proof, root, node, WordTree.depthOf(claim.nodes));
        if (found != claim.traceRoot) revert IReferee.WrongRoot(found, claim.traceRoot);
    }
}
