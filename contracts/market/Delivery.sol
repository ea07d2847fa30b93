// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket, JobRef} from "../interfaces/IJobMarket.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSlot, JobSlotLibrary} from "../types/JobSlot.sol";
import {MarketBase} from "./MarketBase.sol";

/// @notice From assignment to payment, and every way out.
/// @dev SAFETY: no guard against reentrancy. Effects come first, and Vault and registry call nobody back from the functions used here.
abstract contract Delivery is MarketBase {
    uint256 private constant MAX_BATCH = 64;

    /// @inheritdoc IJobMarket
    function cancel(JobId id, Job calldata job) external {
        _requireJob(id, job, OPEN);
        if (msg.sender != job.buyer) revert NotBuyer(msg.sender, job.buyer);
        _close(id, JobStatus.Cancelled);
        emit JobCancelled(id);
        _refund(job);
    }

    /// @inheritdoc IJobMarket
    function expire(JobId id, Job calldata job) external {
        _requireJob(id, job, OPEN);
        _requireAfter(job.terms.deadline());
        _close(id, JobStatus.Expired);
        emit JobExpired(id);
        _refund(job);
    }

    /// @inheritdoc IJobMarket
    function reject(JobId id, Job calldata job, bytes32 reason) external {
        JobSlot slot = _requireJob(id, job, ASSIGNED);
        _requireProvider(job.provider, job.operator);
        _requireNotAfter(job.terms.rejectDeadline());
        _closeUnserved(id, JobStatus.Rejected, slot);
        emit JobRejected(id, job.provider, reason);
        _refund(job);
        _unlock(job.provider, job.money.collateral());
        IProviderRegistry(registry).countRejection(job.provider);
    }

    /// @inheritdoc IJobMarket
    function reveal(JobId id, Job calldata job, bytes32 resultRoot, bytes32 outputDigest) external {
        _requireJob(id, job, ASSIGNED);
        if (job.module != address(0)) revert NotModule(msg.sender, job.module);
        _requireProvider(job.provider, job.operator);
        _reveal(id, job, resultRoot, outputDigest, job.terms.challengeWindow(), job.moduleData, 0);
    }

    /// @inheritdoc IJobMarket
    function accept(JobId id, Job calldata job) external {
        JobSlot slot = _requireJob(id, job, REVEALED);
        if (msg.sender != job.buyer) revert NotBuyer(msg.sender, job.buyer);
        _requireNoChallenge(id, slot);
        _settle(id, job);
    }

    /// @inheritdoc IJobMarket
    function settle(JobId id, Job calldata job) external {
        JobSlot slot = _requireJob(id, job, REVEALED);
        _requireNoChallenge(id, slot);
        _requireAfter(job.terms.deadline());
        _settle(id, job);
    }

    /// @inheritdoc IJobMarket
    function settleMany(JobRef[] calldata refs) external returns (uint256 settled) {
        if (refs.length > MAX_BATCH) revert BatchTooLarge(refs.length, MAX_BATCH);
        for (uint256 i = 0; i < refs.length; ++i) {
            JobRef calldata entry = refs[i];
            if (!_canSettle(_jobs[entry.id], entry.job)) continue;
            _settle(entry.id, entry.job);
            ++settled;
        }
    }

    /// @inheritdoc IJobMarket
    function defaultJob(JobId id, Job calldata job) external {
        JobSlot slot = _requireJob(id, job, ASSIGNED | COMMITTED);
        _requireNoChallenge(id, slot);
        _requireAfter(job.terms.deadline());
        _closeUnserved(id, JobStatus.Defaulted, slot);

        uint96 collateral = job.money.collateral();
        uint96 taken = uint96((uint256(collateral) * job.terms.missSlashBps()) / BPS);
        uint96 bounty = uint96((uint256(taken) * job.terms.bountyBps()) / BPS);
        emit JobDefaulted(id, job.provider, taken - bounty, msg.sender, bounty);
        _refund(job);
        IProviderRegistry(registry).slash(job.provider, taken - bounty, msg.sender, bounty);
        _unlock(job.provider, collateral - taken);
    }

    /// @inheritdoc IJobMarket
    function statusOf(JobId id) external view returns (JobStatus status, uint16 openChallenges, uint232 jobHash) {
        JobSlot slot = _jobs[id];
        return (slot.status(), slot.openChallenges(), slot.hash());
    }

    function _reveal(
        JobId id,
        Job calldata job,
        bytes32 resultRoot,
        bytes32 outputDigest,
        uint256 challengeWindow,
        bytes32 moduleData,
        uint16 openChallenges
    ) internal {
        _requireNotAfter(job.terms.deadline());
        if (resultRoot == 0) revert ZeroRoot();
        Job memory next = StructHash.toMemory(job)[0];
        next.terms = job.terms.withDeadline(block.timestamp + challengeWindow);
        next.moduleData = moduleData;
        next.resultRoot = resultRoot;
        _jobs[id] = JobSlotLibrary.pack(JobStatus.Revealed, openChallenges, StructHash.hashMemory(next));
        emit JobRevealed(id, next.terms, resultRoot, outputDigest);
    }

    /// @dev A job that the provider did not serve keeps its hash, by which its module knows whose audit pot it holds.
    function _closeUnserved(JobId id, JobStatus status, JobSlot slot) private {
        _jobs[id] = JobSlotLibrary.pack(status, 0, slot.hash());
    }

    /// @dev What {settle} requires, without a revert. Only then is `job` known to be what it says it is.
    function _canSettle(JobSlot slot, Job calldata job) private view returns (bool) {
        return
            slot.status() == JobStatus.Revealed &&
            slot.openChallenges() == 0 &&
            slot.hash() == StructHash.hash(job) &&
            block.timestamp > job.terms.deadline();
    }

    function _settle(JobId id, Job calldata job) private {
        _close(id, JobStatus.Settled);
        uint128 price = job.money.price();
        uint128 fee = uint128((uint256(price) * job.terms.feeBps()) / BPS);
        address provider = job.provider;
        emit JobSettled(id, price - fee, fee);
        IVault(vault).release(provider, job.token, price - fee, fee);
        _unlock(provider, job.money.collateral());
    }
}
