// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WordTree} from "./WordTree.sol";

/// @notice Sizes of a tensor, each below 2^32; its elements lie in this order.
struct Shape {
    uint256 n;
    uint256 h;
    uint256 w;
    uint256 c;
}

/// @notice Where the elements of a tensor lie. docs/EXACT.md, "Commitments".
/// @dev Products of sizes stay below 2^160 whatever a record says, so that nothing here overflows.
library TensorLayout {
    uint256 internal constant WORD = 32;

    /// @notice Bytes that a pixel of so many channels takes: a power of two below 32, else a multiple of 32.
    function strideOf(uint256 channels) internal pure returns (uint256 stride) {
        unchecked {
            if (channels > 16) return (channels + 31) & ~uint256(31);
            stride = 1;
            while (stride < channels) stride <<= 1;
        }
    }

    function pixelsOf(Shape memory shape) internal pure returns (uint256) {
        unchecked {
            return shape.n * shape.h * shape.w;
        }
    }

    function sizeOf(Shape memory shape) internal pure returns (uint256) {
        unchecked {
            return pixelsOf(shape) * shape.c;
        }
    }

    function leavesOf(Shape memory shape) internal pure returns (uint256) {
        unchecked {
            return WordTree.leavesOf(pixelsOf(shape) * strideOf(shape.c));
        }
    }

    /// @notice Depth of the tensor's tree.
    function depthOf(Shape memory shape) internal pure returns (uint256) {
        return WordTree.depthOf(leavesOf(shape));
    }

    /// @notice Byte of the layout at which element `index` lies.
    function byteOf(Shape memory shape, uint256 index) internal pure returns (uint256) {
        uint256 channels = shape.c;
        unchecked {
            return (index / channels) * strideOf(channels) + (index % channels);
        }
    }

    /// @notice Whether a byte of the layout belongs to no element.
    function isFiller(Shape memory shape, uint256 spot) internal pure returns (bool) {
        uint256 stride = strideOf(shape.c);
        return spot / stride >= pixelsOf(shape) || spot % stride >= shape.c;
    }

    /// @notice Coordinates of element `index`.
    function positionOf(Shape memory shape, uint256 index) internal pure returns (Shape memory spot) {
        unchecked {
            spot.c = index % shape.c;
            uint256 pixel = index / shape.c;
            spot.w = pixel % shape.w;
            uint256 row = pixel / shape.w;
            spot.h = row % shape.h;
            spot.n = row / shape.h;
        }
    }
}
