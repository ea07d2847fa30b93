// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Dot products of words of 32 bytes, eight lanes at a time.
/// @dev Every fourth byte of a word of activations, masked, makes eight lanes of 32 bits, as it does of a word of weights, whose groups of four bytes
/// stand in reverse order. So in the product of the two the top 32 bits are the sum of the eight products of equal channels; lower lanes are sums
/// of at most eight products each, below 2^22, and never carry.
library DotProduct {
    uint256 private constant MASK = 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff;
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;

    /// @notice `Σ x·w − wZero·Σ x` over the lanes of `count` words.
    /// @param x Place in calldata of the words of activations.
    /// @param w Place in calldata of the words of weights.
    /// @param count Below 2^22, so that no sum of a lane's activations overflows it.
    function ofWords(uint256 x, uint256 w, uint256 count, uint256 wZero) internal pure returns (int256 result) {
        assembly ("memory-safe") {
            let lanes := 0
            let products := 0
            for {
                let end := add(x, shl(5, count))
            } lt(x, end) {
                x := add(x, 0x20)
                w := add(w, 0x20)
            } {
                let a := calldataload(x)
                let b := calldataload(w)
                let a0 := and(a, MASK)
                let a1 := and(shr(8, a), MASK)
                let a2 := and(shr(16, a), MASK)
                let a3 := and(shr(24, a), MASK)
                lanes := add(lanes, add(add(a0, a1), add(a2, a3)))
                products := add(
                    products,
                    shr(
                        224,
                        add(
                            add(mul(a0, and(b, MASK)), mul(a1, and(shr(8, b), MASK))),
                            add(mul(a2, and(shr(16, b), MASK)), mul(a3, and(shr(24, b), MASK)))
                        )
                    )
                )
            }
            result := sub(products, mul(wZero, shr(224, mul(lanes, ONES))))
        }
    }

    /// @notice `Σ x·w − wZero·Σ x` over the lanes of `count` words of weights, where every activation is `x`.
    /// @param w Place in calldata of the words of weights.
    function ofConstant(uint256 x, uint256 w, uint256 count, uint256 wZero) internal pure returns (int256 result) {
        assembly ("memory-safe") {
            let sum := 0
            for {
                let end := add(w, shl(5, count))
            } lt(w, end) {
                w := add(w, 0x20)
            } {
                let b := calldataload(w)
                b := add(add(and(b, MASK), and(shr(8, b), MASK)), add(and(shr(16, b), MASK), and(shr(24, b), MASK)))
                sum := add(sum, shr(224, mul(b, ONES)))
            }
            result := mul(x, sub(sum, mul(wZero, shl(5, count))))
        }
    }
}
