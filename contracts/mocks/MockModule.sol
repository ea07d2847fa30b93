// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";

/// @notice An assurance module without rules: passes every hook on to its market for whoever asks (tests only).
contract MockModule {
    IJobMarket public immutable market;

    constructor(IJobMarket market_) {
        market = market_;
    }

    function commit(JobId jobId, Job calldata job, uint64 revealDeadline, bytes32 data) external {
        market.moduleCommit(jobId, job, revealDeadline, data);
    }

    function reveal(
        JobId jobId,
        Job calldata job,
        bytes32 resultRoot,
        bytes32 outputDigest,
        uint32 window,
        bytes32 data
    ) external {
        market.moduleReveal(jobId, job, resultRoot, outputDigest, window, data);
    }

    function openChallenge(JobId jobId, Job calldata job) external {
        market.moduleOpenChallenge(jobId, job);
    }

    function closeChallenge(JobId jobId, Job calldata job) external {
        market.moduleCloseChallenge(jobId, job);
    }

    function refute(JobId jobId, Job calldata job, address rewardTo, uint96 reward) external {
        market.moduleRefute(jobId, job, rewardTo, reward);
    }
}
