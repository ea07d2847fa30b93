// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice All that intake reads of a market's settings, packed into one slot: {Parameters} and what else changes rarely.
struct Settings {
    uint16 feeBps;
    uint16 missSlashBps;
    uint16 burnBps;
    uint16 bountyBps;
    uint16 rewardBps;
    uint16 minCheckBps;
    uint16 honestShareBps;
    uint32 minChallengeWindow;
    uint32 maxRateAge;
    /// Unix time in seconds until which new jobs are refused.
    uint64 pausedUntil;
    /// Bit n is set if the n-th {AssuranceLevel} has a module, so that the mapping is read only then.
    uint8 modules;
}
