// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One word of small numbers that a job carries, from the low bits up:
/// level (8), feeBps (16), missSlashBps (16), burnBps (16), bountyBps (16), rewardBps (16), challengeWindow in seconds (32),
/// rejectDeadline (40) and deadline of the present state (40), both Unix time in seconds.
/// @dev The deadline of Open is the auction's end, of Assigned the end of execution, of Committed the end of reveal, of Revealed
/// the earliest settlement.
type Terms is uint256;
