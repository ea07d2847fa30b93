// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarketModule} from "../interfaces/IJobMarketModule.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSlot, JobSlotLibrary} from "../types/JobSlot.sol";
import {Delivery} from "./Delivery.sol";

/// @notice What a job's own assurance module may do to it; see {IJobMarketModule}.
abstract contract ModuleHooks is Delivery {
    /// @inheritdoc IJobMarketModule
    function moduleCommit(JobId id, Job calldata job, uint64 revealDeadline, bytes32 moduleData) external {
        _requireModuleJob(id, job, ASSIGNED);
        _requireNotAfter(job.terms.deadline());
        _requireBounds("revealDeadline", revealDeadline, block.timestamp, block.timestamp + MAX_WINDOW);
        Job memory next = StructHash.toMemory(job)[0];
        next.terms = job.terms.withDeadline(revealDeadline);
        next.moduleData = moduleData;
        _jobs[id] = JobSlotLibrary.pack(JobStatus.Committed, 0, StructHash.hashMemory(next));
        emit JobCommitted(id, next);
    }

    /// @inheritdoc IJobMarketModule
    function moduleReveal(
        JobId id,
        Job calldata job,
        bytes32 resultRoot,
        bytes32 outputDigest,
        uint32 challengeWindow,
        bytes32 moduleData
    ) external {
        JobSlot slot = _requireModuleJob(id, job, ASSIGNED | COMMITTED);
        _requireBounds("challengeWindow", challengeWindow, job.terms.challengeWindow(), MAX_WINDOW);
        emit ModuleDataSet(id, moduleData);
        _reveal(id, job, resultRoot, outputDigest, challengeWindow, moduleData, slot.openChallenges());
    }

    /// @inheritdoc IJobMarketModule
    function moduleOpenChallenge(JobId id, Job calldata job) external {
        JobSlot slot = _requireModuleJob(id, job, COMMITTED | REVEALED);
        if (slot.status() == JobStatus.Revealed) _requireNotAfter(job.terms.deadline());
        uint16 open = slot.openChallenges();
        if (open == type(uint16).max) revert TooManyChallenges(id);
        unchecked {
            _setOpenChallenges(id, slot, open + 1); // open < max
        }
    }

    /// @inheritdoc IJobMarketModule
    function moduleCloseChallenge(JobId id, Job calldata job) external {
        JobSlot slot = _requireModuleJob(id, job, COMMITTED | REVEALED);
        uint16 open = slot.openChallenges();
        if (open == 0) revert NoChallengeOpen(id);
        unchecked {
            _setOpenChallenges(id, slot, open - 1); // open > 0
        }
    }

    /// @inheritdoc IJobMarketModule
    function moduleRefute(JobId id, Job calldata job, address rewardTo, uint96 reward) external {
        _requireModuleJob(id, job, COMMITTED | REVEALED);
        uint96 collateral = job.money.collateral();
        // INVARIANT: at least burnBps of the collateral is burned, so that no cheat can refute itself for free.
        _requireBounds("reward", reward, 0, (uint256(collateral) * (BPS - job.terms.burnBps())) / BPS);
        _close(id, JobStatus.Refuted);
        emit JobRefuted(id, job.provider, collateral - reward, rewardTo, reward);
        _refund(job);
        IProviderRegistry(registry).slash(job.provider, collateral - reward, rewardTo, reward);
    }

    function _requireModuleJob(JobId id, Job calldata job, uint256 allowed) private view returns (JobSlot slot) {
        slot = _requireJob(id, job, allowed);
        // A job without a module has address zero here, from which nobody calls.
        if (msg.sender != job.module) revert NotModule(msg.sender, job.module);
    }

    function _setOpenChallenges(JobId id, JobSlot slot, uint16 open) private {
        _jobs[id] = JobSlotLibrary.pack(slot.status(), open, slot.hash());
        emit ChallengeCountChanged(id, open);
    }
}
