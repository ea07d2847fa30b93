// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Parameters} from "./Parameters.sol";

/// @notice All that intake reads of a market's settings in one word. From the low bits up: feeBps, missSlashBps, burnBps, bountyBps,
/// rewardBps (16 each; what a job copies), minCheckBps (16), honestShareBps (16), minChallengeWindow (32), maxRateAge (32),
/// pausedUntil (40), and a bit for each {AssuranceLevel} that has a module (8).
type Settings is uint256;

using SettingsLibrary for Settings global;

/// @notice Packs and reads {Settings}.
library SettingsLibrary {
    uint256 private constant PAUSE_SHIFT = 176;
    uint256 private constant PAUSE_MASK = uint256(type(uint40).max) << PAUSE_SHIFT;
    uint256 private constant MODULES_SHIFT = 216;
    uint256 private constant PARAMETERS_MASK = (1 << PAUSE_SHIFT) - 1;

    function withParameters(Settings settings, Parameters memory p) internal pure returns (Settings) {
        uint256 packed =
            uint256(p.feeBps) |
                (uint256(p.missSlashBps) << 16) |
                (uint256(p.burnBps) << 32) |
                (uint256(p.bountyBps) << 48) |
                (uint256(p.rewardBps) << 64) |
                (uint256(p.minCheckBps) << 80) |
                (uint256(p.honestShareBps) << 96) |
                (uint256(p.minChallengeWindow) << 112) |
                (uint256(p.maxRateAge) << 144);
        return Settings.wrap((Settings.unwrap(settings) & ~PARAMETERS_MASK) | packed);
    }

    function parameters(Settings settings) internal pure returns (Parameters memory) {
        uint256 word = Settings.unwrap(settings);
        return
            Parameters({
                feeBps: uint16(word),
                missSlashBps: uint16(word >> 16),
                burnBps: burnBps(settings),
                bountyBps: uint16(word >> 48),
                rewardBps: uint16(word >> 64),
                minCheckBps: minCheckBps(settings),
                honestShareBps: honestShareBps(settings),
                minChallengeWindow: minChallengeWindow(settings),
                maxRateAge: maxRateAge(settings)
            });
    }

    /// @dev feeBps to rewardBps, as they stand.
    function jobShares(Settings settings) internal pure returns (uint80) {
        return uint80(Settings.unwrap(settings));
    }

    function burnBps(Settings settings) internal pure returns (uint16) {
        return uint16(Settings.unwrap(settings) >> 32);
    }

    function minCheckBps(Settings settings) internal pure returns (uint16) {
        return uint16(Settings.unwrap(settings) >> 80);
    }

    function honestShareBps(Settings settings) internal pure returns (uint16) {
        return uint16(Settings.unwrap(settings) >> 96);
    }

    function minChallengeWindow(Settings settings) internal pure returns (uint32) {
        return uint32(Settings.unwrap(settings) >> 112);
    }

    function maxRateAge(Settings settings) internal pure returns (uint32) {
        return uint32(Settings.unwrap(settings) >> 144);
    }

    /// @dev Unix time in seconds until which new jobs are refused.
    function pausedUntil(Settings settings) internal pure returns (uint40) {
        return uint40(Settings.unwrap(settings) >> PAUSE_SHIFT);
    }

    function withPausedUntil(Settings settings, uint40 until) internal pure returns (Settings) {
        return Settings.wrap((Settings.unwrap(settings) & ~PAUSE_MASK) | (uint256(until) << PAUSE_SHIFT));
    }

    /// @dev Says whether the mapping of modules needs to be read at all.
    function hasModule(Settings settings, uint8 level) internal pure returns (bool) {
        return (Settings.unwrap(settings) >> (MODULES_SHIFT + level)) & 1 != 0;
    }

    function withModule(Settings settings, uint8 level, bool present) internal pure returns (Settings) {
        uint256 bit = 1 << (MODULES_SHIFT + level);
        uint256 word = Settings.unwrap(settings);
        return Settings.wrap(present ? word | bit : word & ~bit);
    }
}
