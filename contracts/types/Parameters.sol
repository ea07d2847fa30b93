// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What governance sets in a market; each field has a hard bound in code (PROTOCOL section 8). Shares are in basis points.
struct Parameters {
    /// Part of the price that goes to the treasury; at most 1,000.
    uint16 feeBps;
    /// Part of the collateral that a missed deadline costs; 100 to 5,000.
    uint16 missSlashBps;
    /// Part of the collateral of a refuted job that is burned; 5,000 to 9,000.
    uint16 burnBps;
    /// Part of a slash that goes to whoever called {IJobMarket-defaultJob}; at most 2,000.
    uint16 bountyBps;
    /// Part of the fee that a provider of a checked job gets back as emission; at most 9,000.
    uint16 rewardBps;
    /// Lowest probability that a job is checked; 100 to 10,000.
    uint16 minCheckBps;
    /// Governance's estimate of the drawn auditing stake that works; 1,000 to 9,000.
    uint16 honestShareBps;
    /// Shortest challenge window, in seconds; 1 to 14 days.
    uint32 minChallengeWindow;
    /// Age in seconds after which a token's GLIA rate is refused; 1 minute to 30 days.
    uint32 maxRateAge;
}
