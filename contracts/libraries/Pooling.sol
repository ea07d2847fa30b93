// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {NodeRecord} from "./NodeRecord.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {SlidingWindow, Window} from "./SlidingWindow.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {TensorOpening} from "./TensorOpening.sol";

/// @notice MaxPool and ArgMax. docs/EXACT.md.
library Pooling {
    /// First field behind the one input.
    uint256 private constant OWN = 11;

    /// @notice Recomputes an element of a MaxPool from the words that follow in the proof.
    function maxPool(Claim calldata claim, Proof memory proof) internal pure returns (uint256 largest) {
        (uint256 tensor, Shape memory shape) = NodeRecord.input(proof, 0);
        Shape memory spot = TensorLayout.positionOf(NodeRecord.outputShape(proof), proof.element);
        Window memory window = SlidingWindow.read(proof, OWN, spot);
        uint256[] memory taps = SlidingWindow.taps(window, shape, spot.c);
        bytes32 root = TensorOpening.ranges(proof, taps, 0, TensorLayout.depthOf(shape));
        if (root != 0) TensorOpening.tie(claim, proof, tensor, root);
        for (uint256 i = 0; i < taps.length; ++i) {
            if (taps[i] == TensorOpening.OUTSIDE) continue;
            uint256 value = ProofStream.word(taps[i]) >> 248;
            if (value > largest) largest = value;
        }
    }

    /// @notice The input's element `proof.position`, which lies in the window of a MaxPool's element and follows in the proof.
    /// @dev Reverts: {IReferee-MalformedProof} if it lies elsewhere.
    function maxPoolMember(Claim calldata claim, Proof memory proof) internal pure returns (uint256) {
        (, Shape memory shape) = NodeRecord.input(proof, 0);
        Shape memory spot = TensorLayout.positionOf(NodeRecord.outputShape(proof), proof.element);
        Shape memory member = TensorLayout.positionOf(shape, proof.position);
        Window memory window = SlidingWindow.read(proof, OWN, spot);
        if (member.c != spot.c || !SlidingWindow.contains(window, member)) revert IReferee.MalformedProof();
        return TensorOpening.inputElement(claim, proof, 0, proof.position);
    }

    /// @notice Whether the element at `proof.position` along the axis, which follows in the proof behind the one at `claimed`, comes before it: it is
    /// larger, or equal and preferred. Nothing follows if `claimed` is not on the axis: then it is wrong as it stands.
    function argMaxBeaten(Claim calldata claim, Proof memory proof, uint256 claimed) internal pure returns (bool) {
        uint256 length = NodeRecord.field(proof, OWN + 1);
        if (claimed >= length) return true;
        uint256 position = proof.position;
        if (position >= length) revert IReferee.MalformedProof();
        (uint256 tensor, Shape memory shape) = NodeRecord.input(proof, 0);
        uint256 inner = NodeRecord.field(proof, OWN + 2);
        uint256 first = (proof.element / inner) * length * inner + (proof.element % inner);
        (uint256 held, bytes32 root) = TensorOpening.element(proof, shape, first + claimed * inner);
        (uint256 other, bytes32 otherRoot) = TensorOpening.element(proof, shape, first + position * inner);
        if (otherRoot != root) revert IReferee.WrongRoot(otherRoot, root);
        TensorOpening.tie(claim, proof, tensor, root);
        if (other != held) return other > held;
        return NodeRecord.field(proof, OWN + 3) == 0 ? position < claimed : position > claimed;
    }
}
