// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "../types/JobId.sol";
import {Job} from "../types/Job.sol";

/// @notice Hooks through which the assurance module of a job's level drives that job. Only `job.module` may call them, so a job without a
/// module has none; a module bounds what it does by what the market allows here.
/// @dev All revert: {IJobMarketErrors-WrongStatus}, {IJobMarketErrors-WrongJob}, {IJobMarketErrors-NotModule}.
/// At assignment the market credits the module's Vault balance with `spec.auditPot`; the module pays auditors from it or returns it.
interface IJobMarketModule {
    event JobCommitted(JobId indexed jobId, Job job);
    event ModuleDataSet(JobId indexed jobId, bytes32 moduleData);
    /// @notice Open challenges keep a job from being settled or defaulted.
    event ChallengeCountChanged(JobId indexed jobId, uint16 open);
    event JobRefuted(JobId indexed jobId, address indexed provider, uint96 burned, address rewardTo, uint96 reward);

    /// @notice Assigned → Committed up to the execution deadline.
    /// @param revealDeadline Unix time in seconds, from now to 30 days ahead.
    function moduleCommit(JobId id, Job calldata job, uint64 revealDeadline, bytes32 moduleData) external;

    /// @notice Assigned or Committed → Revealed up to the deadline.
    /// @param challengeWindow Seconds, at least the job's, at most 30 days.
    function moduleReveal(
        JobId id,
        Job calldata job,
        bytes32 resultRoot,
        bytes32 outputDigest,
        uint32 challengeWindow,
        bytes32 moduleData
    ) external;

    /// @notice Committed, or Revealed up to the end of the challenge window.
    function moduleOpenChallenge(JobId id, Job calldata job) external;

    /// @notice Committed or Revealed.
    function moduleCloseChallenge(JobId id, Job calldata job) external;

    /// @notice Committed or Revealed → Refuted: full refund, all of the collateral is taken.
    /// @param rewardTo Whose free stake at this market gets `reward`; the rest is burned.
    /// @param reward GLIA units, at most the part of the collateral that need not be burned.
    function moduleRefute(JobId id, Job calldata job, address rewardTo, uint96 reward) external;
}
