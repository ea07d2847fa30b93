// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim, SumsQuestion} from "../types/Claim.sol";
import {DotProduct} from "./DotProduct.sol";
import {NodeRecord} from "./NodeRecord.sol";
import {Proof, ProofStream} from "./ProofStream.sol";
import {Requantisation} from "./Requantisation.sol";
import {SlidingWindow, Window} from "./SlidingWindow.sol";
import {Shape, TensorLayout} from "./TensorLayout.sol";
import {TensorOpening} from "./TensorOpening.sol";
import {WordTree} from "./WordTree.sol";

/// @notice One output element of a Contract: where its words lie.
struct Contracted {
    uint256 tensor;
    Shape input;
    Window window;
    uint256 xZero;
    uint256 wZero;
    uint256 yZero;
    /// Words of activations of each tap, and the byte of its pixel at which they begin.
    uint256 words;
    uint256 offset;
    /// Words of an output channel's run, header and all; the first of this one's; the depth of the filters' tree, and its root.
    uint256 run;
    uint256 header;
    uint256 depth;
    bytes32 filters;
}

/// @notice Convolutions and matrix products. docs/EXACT.md.
library Contraction {
    using ProofStream for Proof;

    /// First field behind the one input, and number of fields before the filters' root.
    uint256 private constant OWN = 11;
    uint256 private constant FIELDS = 23;

    /// @notice Recomputes the element from the words that follow in the proof.
    function recompute(Claim calldata claim, Proof memory proof) internal pure returns (uint256) {
        Contracted memory node = _read(proof);
        uint256 run = _openFilters(proof, node, node.header, node.run);
        uint256[] memory taps = SlidingWindow.taps(node.window, node.input, node.offset);
        bytes32 root = TensorOpening.ranges(proof, taps, (node.words - 1) << 5, TensorLayout.depthOf(node.input));
        if (root != 0) TensorOpening.tie(claim, proof, node.tensor, root);
        uint256 header = ProofStream.word(run);
        int256 acc = _bias(header);
        unchecked {
            uint256 size = node.words << 5;
            uint256 weights = run + 32;
            for (uint256 i = 0; i < taps.length; ++i) {
                acc +=
                    taps[i] == TensorOpening.OUTSIDE
                        ? DotProduct.ofConstant(node.xZero, weights, node.words, node.wZero)
                        : DotProduct.ofWords(taps[i], weights, node.words, node.wZero);
                weights += size;
            }
        }
        return Requantisation.requantise(acc, _multiplier(header), node.yZero);
    }

    /// @notice What prefix sums of the element must lead to: the header of its run follows in the proof.
    function question(Proof memory proof, uint256 claimed) internal pure returns (SumsQuestion memory) {
        Contracted memory node = _read(proof);
        uint256 header = ProofStream.word(_openFilters(proof, node, node.header, 1));
        return
            SumsQuestion({
                node: uint32(proof.node),
                element: uint32(proof.element),
                steps: uint32(node.run - 1),
                multiplier: uint32(_multiplier(header)),
                bias: int64(_bias(header)),
                yZero: uint8(node.yZero),
                claimed: uint8(claimed)
            });
    }

    /// @notice What step `proof.position` of the element's prefix sums adds, from the words that follow in the proof.
    function step(Claim calldata claim, Proof memory proof) internal pure returns (int256) {
        Contracted memory node = _read(proof);
        uint256 position = proof.position;
        uint256 weights = _openFilters(proof, node, node.header + 1 + position, 1);
        uint256 place = SlidingWindow.tap(
            node.window,
            node.input,
            position / node.words,
            node.offset + ((position % node.words) << 5)
        );
        if (place == TensorOpening.OUTSIDE) return DotProduct.ofConstant(node.xZero, weights, 1, node.wZero);
        (uint256 spot, bytes32 root) = TensorOpening.byteAt(proof, place, TensorLayout.depthOf(node.input));
        TensorOpening.tie(claim, proof, node.tensor, root);
        return DotProduct.ofWords(spot, weights, 1, node.wZero);
    }

    function _read(Proof memory proof) private pure returns (Contracted memory node) {
        Shape memory output = NodeRecord.outputShape(proof);
        Shape memory spot = TensorLayout.positionOf(output, proof.element);
        (node.tensor, node.input) = NodeRecord.input(proof, 0);
        node.window = SlidingWindow.read(proof, OWN + 1, spot);
        node.xZero = NodeRecord.field(proof, OWN + 9);
        node.wZero = NodeRecord.field(proof, OWN + 10);
        node.yZero = NodeRecord.field(proof, OWN + 11);
        node.filters = NodeRecord.rootAfter(proof, FIELDS);
        unchecked {
            node.words = 1;
            uint256 channels = node.input.c;
            // Below 32 channels all groups share the pixel's one word.
            if (channels >= TensorLayout.WORD) {
                uint256 groups = NodeRecord.field(proof, OWN);
                uint256 size = channels / groups;
                uint256 from = (spot.c / (output.c / groups)) * size;
                node.offset = from & ~uint256(31);
                node.words = ((from + size - 1) >> 5) - (from >> 5) + 1;
            }
            node.run = 1 + node.window.kernelH * node.window.kernelW * node.words;
            node.header = spot.c * node.run;
            node.depth = WordTree.depthOf(WordTree.leavesOf((output.c * node.run) << 5));
        }
    }

    /// @dev Takes the leaves with words `first` to `first + count - 1` of the filters; returns the first one's place in calldata.
    function _openFilters(
        Proof memory proof,
        Contracted memory node,
        uint256 first,
        uint256 count
    ) private pure returns (uint256 spot) {
        unchecked {
            uint256 leaf = first >> 2;
            bytes32 root;
            (spot, root) = WordTree.openRange(proof, leaf, ((first + count - 1) >> 2) - leaf + 1, node.depth);
            if (root != node.filters) revert IReferee.WrongRoot(root, node.filters);
            spot += (first & 3) << 5;
        }
    }

    /// @dev int64 `bias − xZero · Σ (w − wZero)`.
    function _bias(uint256 header) private pure returns (int256) {
        return int256(header) >> 192;
    }

    /// @dev Bits of the float32 behind it.
    function _multiplier(uint256 header) private pure returns (uint256) {
        return uint32(header >> 160);
    }
}
