// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NodeRecord} from "./NodeRecord.sol";
import {Proof} from "./ProofStream.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {TensorOpening} from "./TensorOpening.sol";

/// @notice A window that slides over height and width, and where it stands for one output element.
struct Window {
    uint256 kernelH;
    uint256 kernelW;
    uint256 dilationH;
    uint256 dilationW;
    /// Image, and row and column of the first tap; negative in the padding.
    uint256 image;
    int256 top;
    int256 left;
}

/// @notice Windows of Contract and MaxPool.
/// @dev All numbers in a record are below 2^32, so that nothing overflows.
library SlidingWindow {
    /// @notice The window whose eight fields begin at `fields`, at the place of one element of the output.
    function read(Proof memory proof, uint256 fields, Shape memory spot) internal pure returns (Window memory window) {
        unchecked {
            window.kernelH = NodeRecord.field(proof, fields);
            window.kernelW = NodeRecord.field(proof, fields + 1);
            window.dilationH = NodeRecord.field(proof, fields + 4);
            window.dilationW = NodeRecord.field(proof, fields + 5);
            window.image = spot.n;
            window.top =
                int256(spot.h * NodeRecord.field(proof, fields + 2)) - int256(NodeRecord.field(proof, fields + 6));
            window.left =
                int256(spot.w * NodeRecord.field(proof, fields + 3)) - int256(NodeRecord.field(proof, fields + 7));
        }
    }

    /// @notice For each tap, row by row, the byte of the input's layout that is byte `offset` of its pixel; {TensorOpening-OUTSIDE} where it is not
    /// in the image.
    function taps(
        Window memory window,
        Shape memory shape,
        uint256 offset
    ) internal pure returns (uint256[] memory places) {
        unchecked {
            uint256 columns = window.kernelW;
            places = new uint256[](window.kernelH * columns);
            uint256 stride = TensorLayout.strideOf(shape.c);
            uint256 k = 0;
            for (uint256 i = 0; i < window.kernelH; ++i) {
                uint256 row = uint256(window.top + int256(i * window.dilationH));
                uint256 line = (window.image * shape.h + row) * shape.w;
                for (uint256 j = 0; j < columns; ++j) {
                    uint256 column = uint256(window.left + int256(j * window.dilationW));
                    // A negative row or column is a large number here.
                    bool inside = row < shape.h && column < shape.w;
                    places[k++] = inside ? (line + column) * stride + offset : TensorOpening.OUTSIDE;
                }
            }
        }
    }

    /// @notice The byte of the input's layout that is byte `offset` of the pixel of one tap; {TensorOpening-OUTSIDE} if it is not in the image.
    function tap(
        Window memory window,
        Shape memory shape,
        uint256 index,
        uint256 offset
    ) internal pure returns (uint256) {
        unchecked {
            uint256 row = uint256(window.top + int256((index / window.kernelW) * window.dilationH));
            uint256 column = uint256(window.left + int256((index % window.kernelW) * window.dilationW));
            if (row >= shape.h || column >= shape.w) return TensorOpening.OUTSIDE;
            uint256 pixel = (window.image * shape.h + row) * shape.w + column;
            return pixel * TensorLayout.strideOf(shape.c) + offset;
        }
    }

    /// @notice Whether a pixel of the input is one of the window's.
    function contains(Window memory window, Shape memory spot) internal pure returns (bool) {
        unchecked {
            return
                spot.n == window.image &&
                _isTap(int256(spot.h) - window.top, window.dilationH, window.kernelH) &&
                _isTap(int256(spot.w) - window.left, window.dilationW, window.kernelW);
        }
    }

    function _isTap(int256 distance, uint256 dilation, uint256 kernel) private pure returns (bool) {
        return distance >= 0 && uint256(distance) % dilation == 0 && uint256(distance) / dilation < kernel;
    }
}
