// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {NodeRecord} from "./NodeRecord.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {TensorOpening} from "./TensorOpening.sol";
import {WordTree} from "./WordTree.sol";

/// @notice Move: views and selects. docs/EXACT.md.
library Movement {
    /// Source that stands for the constant.
    uint256 private constant FILL = type(uint32).max;
    /// Bits of a source that are a position.
    uint256 private constant POSITION_BITS = 24;
    /// Bytes of a source, as a power of two.
    uint256 private constant SOURCE_SHIFT = 2;

    /// @notice Recomputes an element from what follows in the proof.
    function recompute(Claim calldata claim, Proof memory proof) internal pure returns (uint256) {
        uint256 own = NodeRecord.ownFields(proof);
        return NodeRecord.field(proof, own) == 0 ? _view(claim, proof, own) : _select(claim, proof, own);
    }

    /// @dev Mode, base, number of digits, then radix and stride of each, the most significant first.
    function _view(Claim calldata claim, Proof memory proof, uint256 own) private pure returns (uint256) {
        unchecked {
            uint256 rest = proof.element;
            int256 place = int256(NodeRecord.field(proof, own + 1));
            for (uint256 i = NodeRecord.field(proof, own + 2); i > 0; --i) {
                uint256 digit = own + 1 + 2 * i;
                uint256 radix = NodeRecord.field(proof, digit);
                place += int256(rest % radix) * NodeRecord.signedField(proof, digit + 1);
                rest /= radix;
            }
            // A negative place is a large number, so there is no such element.
            return TensorOpening.inputElement(claim, proof, 0, uint256(place));
        }
    }

    /// @dev Mode, outer, length, inner, fill, root of the sources.
    function _select(Claim calldata claim, Proof memory proof, uint256 own) private pure returns (uint256) {
        uint256 outer = NodeRecord.field(proof, own + 1);
        uint256 length = NodeRecord.field(proof, own + 2);
        uint256 inner = NodeRecord.field(proof, own + 3);
        uint256 row = proof.element / inner;
        uint256 source = _source(proof, row % length, length, NodeRecord.rootAfter(proof, own + 5));
        if (source == FILL) return NodeRecord.field(proof, own + 4);
        uint256 input = source >> POSITION_BITS;
        (, Shape memory shape) = NodeRecord.input(proof, input);
        uint256 block_ = (row / length) * (TensorLayout.sizeOf(shape) / outer / inner);
        uint256 place = (block_ + (source & ((1 << POSITION_BITS) - 1))) * inner + (proof.element % inner);
        return TensorOpening.inputElement(claim, proof, input, place);
    }

    function _source(
        Proof memory proof,
        uint256 index,
        uint256 length,
        bytes32 expected
    ) private pure returns (uint256) {
        uint256 depth = WordTree.depthOf(WordTree.leavesOf(length << SOURCE_SHIFT));
        (uint256 spot, bytes32 root) = TensorOpening.byteAt(proof, index << SOURCE_SHIFT, depth);
        if (root != expected) revert IReferee.WrongRoot(root, expected);
        return ProofStream.word(spot) >> 224;
    }
}
