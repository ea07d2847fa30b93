// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssuranceLevel} from "./JobSpec.sol";

/// @notice One word of small numbers that a job carries, from the low bits up: level (8), feeBps (16), missSlashBps (16), burnBps (16),
/// bountyBps (16), rewardBps (16), challengeWindow in seconds (32), rejectDeadline (40) and deadline of the present state (40), both Unix
/// time in seconds.
/// @dev The deadline of Open is the auction's end, of Assigned the end of execution, of Committed the end of reveal, of Revealed the end of
/// the challenge window. Whose move it is may act up to and including the deadline, others only after it.
type Terms is uint256;

using TermsLibrary for Terms global;

/// @notice Reads and changes {Terms}.
library TermsLibrary {
    uint256 private constant DEADLINE_SHIFT = 160;
    uint256 private constant DEADLINE_MASK = uint256(type(uint40).max) << DEADLINE_SHIFT;

    /// @param shares feeBps to rewardBps as in {SettingsLibrary-jobShares}.
    /// @dev Deadlines beyond 40 bits cannot be: windows are bounded by 30 days and the clock by 34,000 years.
    function pack(
        AssuranceLevel level_,
        uint80 shares,
        uint32 challengeWindow_,
        uint256 rejectDeadline_,
        uint256 deadline_
    ) internal pure returns (Terms) {
        return
            Terms.wrap(
                uint256(uint8(level_)) |
                    (uint256(shares) << 8) |
                    (uint256(challengeWindow_) << 88) |
                    (rejectDeadline_ << 120) |
                    (deadline_ << DEADLINE_SHIFT)
            );
    }

    function level(Terms terms) internal pure returns (AssuranceLevel) {
        return AssuranceLevel(uint8(Terms.unwrap(terms)));
    }

    function feeBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 8);
    }

    function missSlashBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 24);
    }

    function burnBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 40);
    }

    function bountyBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 56);
    }

    function rewardBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 72);
    }

    function challengeWindow(Terms terms) internal pure returns (uint32) {
        return uint32(Terms.unwrap(terms) >> 88);
    }

    function rejectDeadline(Terms terms) internal pure returns (uint40) {
        return uint40(Terms.unwrap(terms) >> 120);
    }

    function deadline(Terms terms) internal pure returns (uint40) {
        return uint40(Terms.unwrap(terms) >> DEADLINE_SHIFT);
    }

    function withDeadline(Terms terms, uint256 deadline_) internal pure returns (Terms) {
        return Terms.wrap((Terms.unwrap(terms) & ~DEADLINE_MASK) | (deadline_ << DEADLINE_SHIFT));
    }
}
