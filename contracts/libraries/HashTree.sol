// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Inner nodes of all our trees: `keccak256(0x01 ‖ left ‖ right)`.
library HashTree {
    function inner(bytes32 left, bytes32 right) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            // 65 bytes of scratch, the last one the free memory pointer's highest, which is put back.
            let pointer := mload(0x40)
            mstore8(0x00, 1)
            mstore(0x01, left)
            mstore(0x21, right)
            result := keccak256(0x00, 0x41)
            mstore(0x40, pointer)
        }
    }

    /// @notice The node to which `siblings` lead from the node at place `index` of its level, and the place there.
    function climb(
        bytes32 node,
        uint256 index,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32 top, uint256 place) {
        (top, place) = (node, index);
        for (uint256 i = 0; i < siblings.length; ++i) {
            top = place & 1 == 0 ? inner(top, siblings[i]) : inner(siblings[i], top);
            place >>= 1;
        }
    }

    /// @notice Root above all nodes of one level; their number is a power of two.
    function rootOf(bytes32[] calldata level) internal pure returns (bytes32) {
        bytes32[] memory nodes = level;
        for (uint256 count = nodes.length >> 1; count != 0; count >>= 1) {
            for (uint256 i = 0; i < count; ++i) nodes[i] = inner(nodes[2 * i], nodes[2 * i + 1]);
        }
        return nodes[0];
    }

    /// @notice Levels between the leaves and the root of a tree of `count` leaves: 0 for one leaf, and for none.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }
}
