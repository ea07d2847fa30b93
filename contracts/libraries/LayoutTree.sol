// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HashTree} from "./HashTree.sol";

/// @notice Roots of tensors from the bytes of their layout: docs/EXACT.md, "Commitments".
library LayoutTree {
    uint256 private constant LEAF = 128;

    /// @notice Root of a tensor with this layout. What is missing of the last leaf is 0.
    function rootOf(bytes calldata data) internal pure returns (bytes32) {
        uint256 count = (data.length + LEAF - 1) / LEAF;
        if (count == 0) return 0;
        bytes32[] memory nodes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) nodes[i] = _leaf(data, i * LEAF);
        for (bytes32 fill = 0; count > 1; fill = HashTree.inner(fill, fill)) {
            uint256 pairs = count >> 1;
            for (uint256 i = 0; i < pairs; ++i) nodes[i] = HashTree.inner(nodes[2 * i], nodes[2 * i + 1]);
            if (count & 1 == 1) nodes[pairs] = HashTree.inner(nodes[count - 1], fill);
            count = pairs + (count & 1);
        }
        return nodes[0];
    }

    /// @notice `keccak256(0x00 ‖ leaf)` of four words.
    function leafOf(bytes32[] calldata words) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0), words[0], words[1], words[2], words[3]));
    }

    /// @dev `from` lies within the data.
    function _leaf(bytes calldata data, uint256 from) private pure returns (bytes32 result) {
        uint256 left = data.length - from;
        uint256 size = left < LEAF ? left : LEAF;
        assembly ("memory-safe") {
            // Scratch above the free memory pointer, which is not moved: what was there before is overwritten with zeros first.
            let buffer := mload(0x40)
            calldatacopy(buffer, calldatasize(), 0x81)
            calldatacopy(add(buffer, 1), add(data.offset, from), size)
            result := keccak256(buffer, 0x81)
        }
    }
}
