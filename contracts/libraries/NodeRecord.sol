// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {Shape} from "./TensorLayout.sol";
import {WordTree} from "./WordTree.sol";

/// @notice Reads records of nodes: fields of four bytes, and for some kinds a root. docs/EXACT.md, "Commitments".
library NodeRecord {
    using ProofStream for Proof;

    uint256 internal constant CONTRACT = 1;
    uint256 internal constant ADD_MUL = 2;
    uint256 internal constant TABLE = 3;
    uint256 internal constant MAX_POOL = 4;
    uint256 internal constant ARG_MAX = 5;
    uint256 internal constant MOVE = 6;

    /// @notice Takes the record and the siblings that lead from it to the claimed root; returns the node's kind.
    /// @dev Reverts: {IReferee-MalformedProof} if there is no such node or the record is filled up with something else than 0,
    /// {IReferee-WrongRoot} if it is not the model's.
    function open(Claim calldata claim, Proof memory proof) internal pure returns (uint256 kind) {
        uint256 length = proof.recordLength;
        uint256 node = proof.node;
        uint256 nodes = claim.nodes;
        if (node >= nodes) revert IReferee.MalformedProof();
        uint256 record = proof.take((length + 31) >> 5);
        // A shift by 256 or more gives 0: nothing is left over then.
        uint256 used = length & 31;
        if (used != 0 && ProofStream.word(record + length - used) << (used << 3) != 0) revert IReferee.MalformedProof();
        proof.record = record;
        bytes32 leaf;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore8(free, 2)
            calldatacopy(add(free, 1), record, length)
            leaf := keccak256(free, add(length, 1))
        }
        bytes32 root = WordTree.openHash(proof, leaf, node, WordTree.depthOf(nodes));
        if (root != claim.nodesRoot) revert IReferee.WrongRoot(root, claim.nodesRoot);
        kind = field(proof, 0);
    }

    /// @notice Field `index` of the record.
    function field(Proof memory proof, uint256 index) internal pure returns (uint256) {
        unchecked {
            return ProofStream.word(proof.record + (index << 2)) >> 224;
        }
    }

    /// @notice Field `index` of the record, an int32.
    function signedField(Proof memory proof, uint256 index) internal pure returns (int256) {
        unchecked {
            return int256(ProofStream.word(proof.record + (index << 2))) >> 224;
        }
    }

    /// @notice The root that stands behind `fields` fields.
    function rootAfter(Proof memory proof, uint256 fields) internal pure returns (bytes32) {
        unchecked {
            return bytes32(ProofStream.word(proof.record + (fields << 2)));
        }
    }

    /// @notice Shape of the node's output.
    function outputShape(Proof memory proof) internal pure returns (Shape memory) {
        return _shape(proof, 1);
    }

    /// @notice Number and shape of the tensor that is the node's input number `index`.
    function input(Proof memory proof, uint256 index) internal pure returns (uint256 tensor, Shape memory shape) {
        unchecked {
            uint256 spot = 6 + 5 * index;
            return (field(proof, spot), _shape(proof, spot + 1));
        }
    }

    /// @notice Number of the first field that only this kind of node has.
    function ownFields(Proof memory proof) internal pure returns (uint256) {
        unchecked {
            return 6 + 5 * field(proof, 5);
        }
    }

    function _shape(Proof memory proof, uint256 index) private pure returns (Shape memory shape) {
        uint256 fields = ProofStream.word(proof.record + (index << 2));
        shape.n = fields >> 224;
        shape.h = uint32(fields >> 192);
        shape.w = uint32(fields >> 160);
        shape.c = uint32(fields >> 128);
    }
}
