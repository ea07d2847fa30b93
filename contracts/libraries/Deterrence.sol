// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The collateral that makes cheating a loss (PROTOCOL section 5).
library Deterrence {
    uint256 internal constant BPS = 1e4;
    uint256 private constant RATE_UNIT = 1e18;

    /// @notice g · max((1 − q) / q, 1 / (q · k)) / burnShare in GLIA units, rounded up, with q = checkBps · honestShareBps / 10^8.
    /// @param gain What a forged result would be worth, in token units.
    /// @param gliaPerToken GLIA units for 10^18 token units.
    /// @param sampleSize k, at least 1.
    function requiredCollateralUp(
        uint128 gain,
        uint128 gliaPerToken,
        uint256 checkBps,
        uint256 honestShareBps,
        uint256 sampleSize,
        uint256 burnBps
    ) internal pure returns (uint256) {
        // SAFETY: bounds of the factors: gain, rate < 2^128; BPS and every share <= 10^4; sampleSize <= 64; so gainInGlia < 2^197,
        // numerator < 2^197 · 2^33 · 2^14, denominator < 2^47 and above zero because shares have lower bounds above zero.
        unchecked {
            uint256 gainInGlia = (uint256(gain) * gliaPerToken + RATE_UNIT - 1) / RATE_UNIT;
            uint256 q = checkBps * honestShareBps;
            uint256 unchanged = (BPS * BPS - q) * sampleSize;
            uint256 factor = unchanged > BPS * BPS ? unchanged : BPS * BPS;
            uint256 denominator = q * sampleSize * burnBps;
            return (gainInGlia * factor * BPS + denominator - 1) / denominator;
        }
    }
}
