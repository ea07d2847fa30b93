// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DotProduct} from "../libraries/DotProduct.sol";
import {Proof, ProofStream} from "../libraries/ProofStream.sol";
import {Requantisation} from "../libraries/Requantisation.sol";
import {Shape, TensorLayout} from "../libraries/TensorLayout.sol";
import {WordTree} from "../libraries/WordTree.sol";

/// @notice Opens the referee's libraries to calls (tests only).
contract RefereeLibraries {
    using ProofStream for Proof;

    /// @notice {Requantisation-requantise} of each row.
    function requantise(
        int256[] calldata accs,
        uint256[] calldata multipliers,
        uint256[] calldata zeros
    ) external pure returns (uint256[] memory results) {
        results = new uint256[](accs.length);
        for (uint256 i = 0; i < accs.length; ++i)
            results[i] = Requantisation.requantise(accs[i], multipliers[i], zeros[i]);
    }

    /// @notice {DotProduct-ofWords} of as many words as `x` has.
    function dot(bytes calldata x, bytes calldata w, uint256 wZero) external pure returns (int256) {
        return DotProduct.ofWords(_placeOf(x), _placeOf(w), x.length / 32, wZero);
    }

    /// @notice {DotProduct-ofConstant} of as many words as `w` has.
    function dotOfConstant(uint256 x, bytes calldata w, uint256 wZero) external pure returns (int256) {
        return DotProduct.ofConstant(x, _placeOf(w), w.length / 32, wZero);
    }

    /// @notice Root to which leaves and siblings lead that make up the whole of `data`.
    function rangeRoot(
        bytes calldata data,
        uint256 first,
        uint256 count,
        uint256 depth
    ) external pure returns (bytes32 root) {
        Proof memory proof = _proofOf(data);
        (, root) = WordTree.openRange(proof, first, count, depth);
        proof.close();
    }

    /// @notice Root to which a hash and the siblings in `data` lead.
    function hashRoot(
        bytes calldata data,
        bytes32 hash,
        uint256 index,
        uint256 depth
    ) external pure returns (bytes32 root) {
        Proof memory proof = _proofOf(data);
        root = WordTree.openHash(proof, hash, index, depth);
        proof.close();
    }

    /// @notice {WordTree-rootOf}.
    function rootOf(bytes calldata data) external pure returns (bytes32) {
        return WordTree.rootOf(data);
    }

    /// @notice Byte of the layout at which an element lies, and depth of the tensor's tree.
    function placeOf(Shape calldata shape, uint256 element) external pure returns (uint256 place, uint256 depth) {
        return (TensorLayout.byteOf(shape, element), TensorLayout.depthOf(shape));
    }

    /// @notice For each of the first `count` bytes of a tensor's layout whether it belongs to no element.
    function fillers(Shape calldata shape, uint256 count) external pure returns (bool[] memory result) {
        result = new bool[](count);
        for (uint256 i = 0; i < count; ++i) result[i] = TensorLayout.isFiller(shape, i);
    }

    /// @notice What a view of another contract gives, or reverts with: a call that fails need not fail as a whole.
    function attempt(address target, bytes calldata data) external view returns (bool success, bytes memory result) {
        // solhint-disable-next-line avoid-low-level-calls -- the failure is what is asked for
        return target.staticcall(data);
    }

    function _proofOf(bytes calldata data) private pure returns (Proof memory proof) {
        proof.next = _placeOf(data);
        proof.end = proof.next + data.length;
    }

    function _placeOf(bytes calldata data) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := data.offset
        }
    }
}
