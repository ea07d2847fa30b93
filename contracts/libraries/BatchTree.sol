// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HashTree} from "./HashTree.sol";

/// @notice The trees over the item roots of a batch, `batchRoot` and `resultRoot`: docs/PROTOCOL.md, section 10.
library BatchTree {
    bytes32 internal constant EMPTY = keccak256("glia.empty.v1");
    bytes32 private constant ITEM = keccak256("glia.exact.item.v1");

    /// @notice Item root of the tensors of one item of an exact model.
    /// @param roots keccak256 of the tensors' roots, one after another.
    function itemRoot(bytes32 roots) internal pure returns (bytes32) {
        return keccak256(abi.encode(ITEM, roots));
    }

    /// @notice Whether `itemRoot_` is item `index` of the `items` under `root`.
    /// @param siblings From the leaf up; as many as the tree is deep.
    function holds(
        bytes32 root,
        uint256 items,
        uint256 index,
        bytes32 itemRoot_,
        bytes32[] calldata siblings
    ) internal pure returns (bool) {
        if (index >= items || siblings.length != HashTree.depthOf(items)) return false;
        (bytes32 found, ) = HashTree.climb(keccak256(abi.encode(index, itemRoot_)), index, siblings);
        return found == root;
    }

    /// @notice Root of a subtree of filler.
    function emptyRoot(uint256 height) internal pure returns (bytes32 root) {
        root = EMPTY;
        for (uint256 i = 0; i < height; ++i) root = HashTree.inner(root, root);
    }
}
