// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IDisputes} from "../interfaces/IDisputes.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {Lots} from "../libraries/Lots.sol";
import {Attestation, Audit} from "../types/Audit.sol";
import {Verdict} from "../types/Dispute.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {Audits} from "./Audits.sol";

/// @notice Who gets what at the end: bonds, shares of the pot, and what a fallen job's collateral leaves.
/// @dev Each part of a pot or reward is what is left divided by those who are left, so that nothing remains.
abstract contract Rewards is Audits {
    /// @inheritdoc IAssurance
    function forfeit(JobId id, address auditor) external {
        Attestation storage attestation = _requireAttestation(id, auditor);
        if (attestation.opened) revert OpenedAlready(id, auditor);
        Audit storage audit = _audits[id];
        uint256 deadline = audit.claimDeadline;
        // Of a job that was never revealed nothing can be opened; see {closeAudit}.
        if (deadline == 0 || block.timestamp <= deadline) revert ClaimsOpen(deadline);
        uint128 share = _finish(id, auditor, audit);
        address provider = audit.provider;
        emit AttestationForfeited(id, auditor, provider);
        _loseBond(auditor, provider);
        _pay(audit.token, audit.payer, share);
    }

    /// @inheritdoc IAssurance
    function closeAudit(JobId id, address auditor) external {
        Attestation memory attestation = _requireAttestation(id, auditor);
        Audit storage audit = _audits[id];
        (JobStatus status, ) = _statusOf(id);
        if (status != JobStatus.Settled && status != JobStatus.Refuted) revert JobNotFinal(id);
        bool revealed = audit.claimDeadline != 0;
        if (revealed && !attestation.opened) revert NotOpened(id, auditor);

        if (status == JobStatus.Settled) {
            bool agreed = attestation.differences == 0;
            bool keeps = agreed || attestation.excused;
            _close(id, auditor, audit, agreed, keeps ? address(0) : audit.provider, 0);
        } else if (revealed) {
            _closeRefuted(id, auditor, audit, attestation.differences);
        } else {
            _close(id, auditor, audit, true, address(0), 0);
        }
    }

    /// @inheritdoc IAssurance
    function claimReward(JobId id) external {
        Audit storage audit = _audits[id];
        uint96 reward = audit.reward;
        if (reward == 0) revert NoReward(id);
        Verdict memory verdict = _verdictOf(id);
        if (block.timestamp <= verdict.tieDeadline) revert ClaimsOpen(verdict.tieDeadline);
        if (audit.attestations != 0) {
            _requireClaimsClosed(audit);
            (bool sampled, uint256 part) = _partOf(id, audit, verdict.item);
            if (sampled && differingAt(id, part) != 0) revert NoReward(id);
        }
        audit.reward = 0;
        _payReward(id, IDisputes(disputes).challengeOf(verdict.challenge).challenger, reward);
    }

    /// @inheritdoc IAssurance
    function openChallenge(JobId id, Job calldata job) external {
        _requireDisputes();
        _openChallenge(id, job);
    }

    /// @inheritdoc IAssurance
    function closeChallenge(JobId id, Job calldata job) external {
        _requireDisputes();
        _closeChallenge(id, job);
    }

    /// @inheritdoc IAssurance
    function refute(JobId id, Job calldata job) external {
        _requireDisputes();
        uint96 reward = 0;
        // Nobody caught a provider that did not deliver: all of it is burned.
        if (_verdictOf(id).challenge != 0) {
            reward = uint96((uint256(job.money.collateral()) * (BPS - job.terms.burnBps())) / BPS);
            _audits[id].reward = reward;
        }
        _refute(id, job, reward);
    }

    function _closeRefuted(JobId id, address auditor, Audit storage audit, uint64 differences) private {
        // Or the first would take the reward of those who still open.
        _requireClaimsClosed(audit);
        Verdict memory verdict = _verdictOf(id);
        (bool sampled, uint256 part) = _partOf(id, audit, verdict.item);
        bool differs = sampled && (differences >> part) & 1 != 0;
        if (differs) {
            uint96 reward = audit.reward / differingAt(id, part);
            audit.reward -= reward;
            _countDown(id, part);
            _close(id, auditor, audit, true, address(0), reward);
            _payReward(id, auditor, reward);
        } else {
            // INVARIANT: an honest auditor keeps its bond. The proof shows that what the provider said of the item is false, not that the root
            // is: a cheat may reveal a right root and then lie about how it came about, to burn the bonds of those who agreed. So who agreed
            // goes unpaid, no more; and not even that where the provider only fell silent.
            bool doubtful = sampled && verdict.proven;
            _close(id, auditor, audit, !doubtful, address(0), 0);
        }
    }

    /// @param earned Whether the auditor gets its share of the pot; else it is the payer's.
    /// @param bondTo Who gets its bond; the auditor itself if zero.
    function _close(
        JobId id,
        address auditor,
        Audit storage audit,
        bool earned,
        address bondTo,
        uint96 reward
    ) private {
        uint128 share = _finish(id, auditor, audit);
        bool keeps = bondTo == address(0);
        emit AuditClosed(id, auditor, keeps ? _auditBond : 0, earned ? share : 0, reward);
        if (keeps) _returnBond(auditor);
        else _loseBond(auditor, bondTo);
        _pay(audit.token, earned ? auditor : audit.payer, share);
    }

    /// @dev The attestation is done with; gives its share of the pot.
    function _finish(JobId id, address auditor, Audit storage audit) private returns (uint128 share) {
        delete _attestations[id][auditor];
        uint16 waiting = audit.waiting;
        share = audit.pot / waiting;
        audit.waiting = waiting - 1;
        if (share != 0) audit.pot -= share;
    }

    function _payReward(JobId id, address to, uint96 amount) private {
        if (amount == 0) return;
        emit RewardPaid(id, to, amount);
        // The market has put the reward into this contract's own position.
        IProviderRegistry(registry).unstake(market, amount, to);
    }

    /// @dev Whether an item was sampled, and in which part of the batch it lies.
    function _partOf(JobId id, Audit storage audit, uint256 item) private view returns (bool sampled, uint256 part) {
        uint256 items = audit.items;
        if (item >= items) return (false, 0);
        uint256 parts = Lots.count(audit.sampleSize, items);
        part = Lots.partOf(item, parts, items);
        sampled = Lots.itemOf(id, audit.seed, part, parts, items) == item;
    }

    function _requireClaimsClosed(Audit storage audit) private view {
        if (block.timestamp <= audit.claimDeadline) revert ClaimsOpen(audit.claimDeadline);
    }

    function _requireDisputes() private view {
        if (msg.sender != disputes) revert NotDisputes(msg.sender);
    }
}
