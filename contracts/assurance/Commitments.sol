// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {Lots} from "../libraries/Lots.sol";
import {Audit, Reveal} from "../types/Audit.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {AssuranceLevel, JobSpec} from "../types/JobSpec.sol";
import {AssuranceBase} from "./AssuranceBase.sol";

/// @notice From commitment to reveal, and what happens to the pot of a job that gets no further.
/// @dev While a job is Committed its `moduleData` is the commitment; from the reveal on it is the number of attestations.
abstract contract Commitments is AssuranceBase {
    /// @inheritdoc IAssurance
    function commit(JobSpec calldata spec, Job calldata job, bytes32 commitment) external {
        JobId id = _jobIdOf(spec);
        if (job.terms.level() != AssuranceLevel.Audited) revert WrongLevel(id);
        _requireProvider(job);
        if (commitment == 0) revert ZeroCommitment();

        uint256 auditDeadline = block.timestamp + _seedWait + _auditWindow;
        // There may be a second window, and the market does not move a deadline.
        uint256 revealDeadline = auditDeadline + _auditWindow + _revealWindow;
        uint64 seedPoint = IRandomBeacon(beacon).nextPoint();
        Audit storage audit = _audits[id];
        audit.seedPoint = seedPoint;
        audit.assignedAt = uint40(job.terms.rejectDeadline() - spec.rejectWindow);
        audit.auditDeadline = uint40(auditDeadline);
        audit.items = spec.items;
        audit.checkBps = spec.checkBps;
        audit.sampleSize = spec.sampleSize;
        if (spec.auditPot != 0) audit.pot = spec.auditPot;
        emit Committed(id, commitment, seedPoint, uint40(auditDeadline), uint40(revealDeadline));
        IJobMarket(market).moduleCommit(id, job, uint64(revealDeadline), commitment);
    }

    /// @inheritdoc IAssurance
    function reveal(JobId id, Job calldata job, Reveal calldata what) external {
        uint32 window = job.terms.challengeWindow();
        uint16 attestations = 0;
        if (job.terms.level() == AssuranceLevel.Optimistic) {
            _requireProvider(job);
        } else {
            Audit storage audit = _audits[id];
            if (audit.assignedAt == 0) revert NotCommitted(id);
            if (_commitmentOf(id, job.provider, what) != job.moduleData) revert WrongOpening();
            bytes32 seed = _seedOf(id, audit, what.seedProof);
            bool drawn = Lots.isChecked(id, seed, audit.checkBps);
            attestations = audit.attestations;
            if (attestations != 0) {
                _openSample(id, job, what, audit, seed);
            } else {
                if (drawn) {
                    _requireAuditedInVain(audit);
                    window *= 2;
                }
                _returnPot(id, job, audit.pot, audit);
            }
            emit Revealed(id, drawn, attestations, audit.digest, audit.claimDeadline);
        }
        bytes32 moduleData = bytes32(uint256(attestations));
        IJobMarket(market).moduleReveal(id, job, what.resultRoot, what.outputDigest, window, moduleData);
    }

    /// @inheritdoc IAssurance
    function defaultAudited(JobId id, Job calldata job) external {
        _requireCommitted(id, job);
        Audit storage audit = _audits[id];
        if (audit.attestations == 0) revert NotAttested(id);
        uint256 deadline = job.terms.deadline();
        if (block.timestamp <= deadline) revert RevealNotPassed(deadline);
        audit.token = job.token;
        _refute(id, job, 0);
    }

    /// @inheritdoc IAssurance
    function returnPot(JobSpec calldata spec, Job calldata job) external {
        JobId id = _jobIdOf(spec);
        (JobStatus status, uint232 hash) = _statusOf(id);
        if (status != JobStatus.Rejected && status != JobStatus.Defaulted) revert NoPot(id);
        _requireJob(id, job, hash);
        Audit storage audit = _audits[id];
        bool committed = audit.assignedAt != 0;
        uint128 pot = committed ? audit.pot : spec.auditPot;
        if (pot == 0 || audit.potReturned) revert NoPot(id);
        audit.potReturned = true;
        _returnPot(id, job, pot, audit);
    }

    /// @dev The seed, from the beacon if it was not kept yet; zero if it was missed.
    function _seedOf(JobId id, Audit storage audit, bytes calldata seedProof) internal returns (bytes32 seed) {
        seed = audit.seed;
        if (seed != 0) return seed;
        seed = IRandomBeacon(beacon).seed(audit.seedPoint, seedProof);
        emit SeedCaptured(id, seed);
    }

    /// @dev Nobody came in either window.
    function _requireAuditedInVain(Audit storage audit) private view {
        uint256 end = audit.redrawn ? audit.auditDeadline : audit.auditDeadline + _auditWindow;
        if (block.timestamp <= end) revert AuditsOpen(end);
    }

    /// @dev SAFETY: writes down what it trusts of the job before the market has checked it, in the same transaction.
    function _openSample(JobId id, Job calldata job, Reveal calldata what, Audit storage audit, bytes32 seed) private {
        if (block.timestamp <= audit.auditDeadline) revert AuditsOpen(audit.auditDeadline);
        _requireSample(id, what, audit, seed);
        emit SampleRevealed(id, what.sampledRoots);
        audit.digest = _digestOf(what.sampledRoots);
        audit.claimDeadline = uint40(block.timestamp + _claimWindow);
        audit.provider = job.provider;
        audit.token = job.token;
        audit.payer = job.payer;
        // What kept the job from being defaulted while attestations waited.
        _closeChallenge(id, job);
    }

    function _returnPot(JobId id, Job calldata job, uint128 pot, Audit storage audit) private {
        if (pot == 0) return;
        audit.pot = 0;
        emit PotReturned(id, job.payer, pot);
        _pay(job.token, job.payer, pot);
    }

    /// @dev The sampled outputs are those of the revealed root.
    function _requireSample(JobId id, Reveal calldata what, Audit storage audit, bytes32 seed) private view {
        uint256 items = audit.items;
        uint256 parts = Lots.count(audit.sampleSize, items);
        if (what.sampledRoots.length != parts) revert WrongSampleCount(what.sampledRoots.length, parts);
        if (what.siblings.length != parts) revert WrongSampleCount(what.siblings.length, parts);
        for (uint256 part = 0; part < parts; ++part) {
            uint256 item = Lots.itemOf(id, seed, part, parts, items);
            if (!BatchTree.holds(what.resultRoot, items, item, what.sampledRoots[part], what.siblings[part])) {
                revert WrongOpening();
            }
        }
    }

    function _commitmentOf(JobId id, address provider, Reveal calldata what) private pure returns (bytes32) {
        return keccak256(abi.encode(id, provider, what.resultRoot, what.outputDigest, what.salt));
    }
}
