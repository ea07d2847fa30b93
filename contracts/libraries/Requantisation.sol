// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice From an accumulator to a byte, as IEEE single precision does it, in integers. docs/EXACT.md, "The six nodes".
library Requantisation {
    /// Bits of a single-precision mantissa.
    uint256 private constant MANTISSA = 24;
    /// Exponent bias of single precision, and the 23 bits behind the mantissa's point.
    uint256 private constant BIAS = 127 + 23;

    /// @notice `clamp(roundHalfEven(f32(acc · multiplier)) + zero, 0, 255)`.
    /// @param acc |acc| < 2^24, so that it is a single-precision number.
    /// @param multiplier Bits of a finite, positive, normal single-precision number.
    /// @dev The two roundings are those of a product of at most 48 bits: to 24 bits, then to a whole number. Products too small for a normal number
    /// are far below 1/2 and infinities far above 255, so that what single precision makes of them does not matter.
    function requantise(int256 acc, uint256 multiplier, uint256 zero) internal pure returns (uint256) {
        unchecked {
            uint256 whole = (acc < 0 ? uint256(-acc) : uint256(acc)) * ((multiplier & 0x7fffff) | 0x800000);
            uint256 exponent = (multiplier >> 23) & 0xff;
            uint256 bits = whole == 0 ? 0 : Math.log2(whole) + 1;
            if (bits > MANTISSA) {
                whole = _halfEven(whole, bits - MANTISSA);
                exponent += bits - MANTISSA;
            }
            whole = exponent < BIAS ? _halfEven(whole, BIAS - exponent) : whole << (exponent - BIAS);
            if (acc < 0) return whole < zero ? zero - whole : 0;
            // Two comparisons, since `whole` may be near 2^256.
            return whole > 255 || whole + zero > 255 ? 255 : whole + zero;
        }
    }

    /// @dev `value / 2^bits`, rounded to the nearest whole number, of two that are equally near to the even one. `bits` from 1 on.
    function _halfEven(uint256 value, uint256 bits) private pure returns (uint256) {
        unchecked {
            return (value + (1 << (bits - 1)) - 1 + ((value >> bits) & 1)) >> bits;
        }
    }
}
