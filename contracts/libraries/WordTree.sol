// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {Proof, ProofStream} from "./ProofStream.sol";

/// @notice Trees over words, four to a leaf, and over hashes that are leaves as they stand. docs/EXACT.md, "Commitments".
/// @dev Leaf: keccak256(0x00 ‖ 128 bytes), inner node: keccak256(0x01 ‖ left ‖ right). Depth always comes from the caller, never from a proof, so
/// that an inner node cannot pass for a leaf. Hashes are folded in the free memory, which is left as free as it was.
library WordTree {
    using ProofStream for Proof;

    /// Words of a leaf.
    uint256 internal constant LEAF_WORDS = 4;
    /// Bytes of a leaf, as a power of two.
    uint256 internal constant LEAF_SHIFT = 7;

    /// @notice Number of leaves that hold so many bytes.
    function leavesOf(uint256 byteCount) internal pure returns (uint256) {
        unchecked {
            return (byteCount + 127) >> LEAF_SHIFT;
        }
    }

    /// @notice Levels between the leaves and the root of a tree of `leaves` leaves: 0 for one, and for none.
    function depthOf(uint256 leaves) internal pure returns (uint256) {
        unchecked {
            return leaves < 2 ? 0 : Math.log2(leaves - 1) + 1;
        }
    }

    /// @notice Takes leaves `first` to `first + count - 1` and the siblings that lead from them to a root.
    /// @param count At least 1; all of them lie within the tree.
    /// @return spot Place in calldata of the first leaf.
    /// @return root Where they lead.
    function openRange(
        Proof memory proof,
        uint256 first,
        uint256 count,
        uint256 depth
    ) internal pure returns (uint256 spot, bytes32 root) {
        spot = proof.take(count * LEAF_WORDS);
        uint256 hashes = _buffer(depth);
        assembly ("memory-safe") {
            // Behind the hashes and a right sibling: the byte 0 and one leaf.
            let leaf := add(hashes, add(shl(5, count), 0x20))
            mstore8(leaf, 0)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                calldatacopy(add(leaf, 1), add(spot, shl(7, i)), 128)
                mstore(add(hashes, shl(5, i)), keccak256(leaf, 129))
            }
        }
        root = _fold(proof, hashes, count, first, depth);
    }

    /// @notice Takes the siblings that lead from one hash, `depth` levels below a root, to it.
    function openHash(
        Proof memory proof,
        bytes32 hash,
        uint256 index,
        uint256 depth
    ) internal pure returns (bytes32 root) {
        uint256 hashes = _buffer(depth);
        assembly ("memory-safe") {
            mstore(hashes, hash)
        }
        root = _fold(proof, hashes, 1, index, depth);
    }

    /// @notice Root of the tree over bytes, the last leaf filled up with 0.
    function rootOf(bytes calldata data) internal pure returns (bytes32 root) {
        uint256 count = leavesOf(data.length);
        uint256 depth = depthOf(count);
        uint256 hashes = _buffer(0);
        assembly ("memory-safe") {
            let leaf := add(hashes, add(shl(5, count), 0x20))
            mstore8(leaf, 0)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                let from := shl(7, i)
                let size := sub(data.length, from)
                if gt(size, 128) {
                    size := 128
                }
                // Copying from behind calldata gives zeros: only what is copied last can be too short.
                calldatacopy(add(leaf, 1), calldatasize(), 128)
                calldatacopy(add(leaf, 1), add(data.offset, from), size)
                mstore(add(hashes, shl(5, i)), keccak256(leaf, 129))
            }
            // `empty` is the root of an empty tree of the height reached.
            let empty := 0
            for {} depth {
                depth := sub(depth, 1)
            } {
                mstore(add(hashes, shl(5, count)), empty)
                count := shr(1, add(count, 1))
                for {
                    let i := 0
                } lt(i, count) {
                    i := add(i, 1)
                } {
                    let pair := add(hashes, shl(6, i))
                    mstore8(sub(pair, 1), 1)
                    mstore(add(hashes, shl(5, i)), keccak256(sub(pair, 1), 65))
                }
                let scratch := add(hashes, add(shl(5, count), 0x20))
                mstore8(scratch, 1)
                mstore(add(scratch, 1), empty)
                mstore(add(scratch, 33), empty)
                empty := keccak256(scratch, 65)
            }
            root := mload(hashes)
        }
    }

    /// @dev Place in free memory for hashes: before it there is room for a left sibling of each level, and a byte.
    function _buffer(uint256 depth) private pure returns (uint256 hashes) {
        assembly ("memory-safe") {
            hashes := add(mload(0x40), shl(5, add(depth, 1)))
        }
    }

    /// @dev Folds the `count` hashes in memory, which are `first` and its neighbours on a level `depth` below the root, level by level: a left
    /// sibling if the first is a right child, a right one if the last is a left child. The byte before a pair, which becomes the 0x01 of its hash,
    /// belongs to a word that has been used. Once a single hash is left, it goes to its side of its sibling without a branch: most levels of all
    /// trees are such.
    function _fold(
        Proof memory proof,
        uint256 hashes,
        uint256 count,
        uint256 first,
        uint256 depth
    ) private pure returns (bytes32 root) {
        uint256 spot = proof.next;
        assembly ("memory-safe") {
            for {} mul(depth, gt(count, 1)) {
                depth := sub(depth, 1)
            } {
                if and(first, 1) {
                    hashes := sub(hashes, 0x20)
                    mstore(hashes, calldataload(spot))
                    spot := add(spot, 0x20)
                    count := add(count, 1)
                }
                if and(count, 1) {
                    mstore(add(hashes, shl(5, count)), calldataload(spot))
                    spot := add(spot, 0x20)
                    count := add(count, 1)
                }
                first := shr(1, first)
                count := shr(1, count)
                for {
                    let i := 0
                } lt(i, count) {
                    i := add(i, 1)
                } {
                    let pair := sub(add(hashes, shl(6, i)), 1)
                    mstore8(pair, 1)
                    mstore(add(hashes, shl(5, i)), keccak256(pair, 65))
                }
            }
            root := mload(hashes)
            if depth {
                let pair := mload(0x40)
                mstore8(pair, 1)
                let left := add(pair, 0x01)
                let right := add(pair, 0x21)
                for {
                    let end := add(spot, shl(5, depth))
                } lt(spot, end) {
                    spot := add(spot, 0x20)
                } {
                    let side := shl(5, and(first, 1))
                    mstore(add(left, side), root)
                    mstore(sub(right, side), calldataload(spot))
                    root := keccak256(pair, 65)
                    first := shr(1, first)
                }
            }
        }
        // Siblings behind the proof's end may have been read, but what follows from them is not used.
        if (spot > proof.end) revert IReferee.MalformedProof();
        proof.next = spot;
    }
}
