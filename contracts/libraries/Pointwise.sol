// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {NodeRecord} from "./NodeRecord.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {Requantisation} from "./Requantisation.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {TensorOpening} from "./TensorOpening.sol";

/// @notice AddMul and Table. docs/EXACT.md.
library Pointwise {
    /// First field of an AddMul behind its two inputs.
    uint256 private constant ADD_MUL = 16;
    /// Number of fields of a Table before its root.
    uint256 private constant TABLE = 11;
    /// Depth of the tree over 256 bytes.
    uint256 private constant TABLE_DEPTH = 1;

    /// @notice Recomputes an element of an AddMul from the two that follow in the proof.
    function addMul(Claim calldata claim, Proof memory proof) internal pure returns (uint256) {
        Shape memory spot = TensorLayout.positionOf(NodeRecord.outputShape(proof), proof.element);
        int256 a = int256(_operand(claim, proof, 0, spot));
        int256 b = int256(_operand(claim, proof, 1, spot));
        unchecked {
            a = int256(NodeRecord.field(proof, ADD_MUL + 1)) * (a - int256(NodeRecord.field(proof, ADD_MUL + 3)));
            b = int256(NodeRecord.field(proof, ADD_MUL + 2)) * (b - int256(NodeRecord.field(proof, ADD_MUL + 4)));
            return
                Requantisation.requantise(
                    NodeRecord.field(proof, ADD_MUL) == 0 ? a + b : a * b,
                    NodeRecord.field(proof, ADD_MUL + 6),
                    NodeRecord.field(proof, ADD_MUL + 5)
                );
        }
    }

    /// @notice Recomputes an element of a Table from the input's element and the entry that follow in the proof.
    function table(Claim calldata claim, Proof memory proof) internal pure returns (uint256) {
        uint256 x = TensorOpening.inputElement(claim, proof, 0, proof.element);
        (uint256 spot, bytes32 root) = TensorOpening.byteAt(proof, x, TABLE_DEPTH);
        bytes32 expected = NodeRecord.rootAfter(proof, TABLE);
        if (root != expected) revert IReferee.WrongRoot(root, expected);
        return ProofStream.word(spot) >> 248;
    }

    /// @dev The element of an operand that meets the output's at `at`: sizes of 1 are repeated.
    function _operand(
        Claim calldata claim,
        Proof memory proof,
        uint256 input,
        Shape memory spot
    ) private pure returns (uint256) {
        (, Shape memory shape) = NodeRecord.input(proof, input);
        uint256 index;
        unchecked {
            index = shape.n == 1 ? 0 : spot.n;
            index = index * shape.h + (shape.h == 1 ? 0 : spot.h);
            index = index * shape.w + (shape.w == 1 ? 0 : spot.w);
            index = index * shape.c + (shape.c == 1 ? 0 : spot.c);
        }
        return TensorOpening.inputElement(claim, proof, input, index);
    }
}
