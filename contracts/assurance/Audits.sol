// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {Lots} from "../libraries/Lots.sol";
import {Attestation, Audit} from "../types/Audit.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {AuditorStake} from "./AuditorStake.sol";
import {Commitments} from "./Commitments.sol";

/// @notice Attestations: who may give one, and how it is opened.
abstract contract Audits is AuditorStake, Commitments {
    /// @dev Counters of 16 bits, 16 in a word: of the opened attestations, how many differ at the j-th sampled item. No counter overflows
    /// into the next, because there are fewer than 2^16 attestations.
    mapping(JobId id => mapping(uint256 word => uint256 counters)) private _differing;

    /// @inheritdoc IAssurance
    function attest(
        JobId id,
        Job calldata job,
        address auditor,
        bytes32 attestation,
        bytes calldata seedProof
    ) external {
        _requireAuditor(auditor);
        if (attestation == 0) revert ZeroCommitment();
        _requireCommitted(id, job);
        // Its own account; an auditor under another name is what more than one auditor per job is for.
        if (auditor == job.provider) revert OwnJob(auditor);
        Audit storage audit = _audits[id];
        _requireAuditing(id, audit);
        if (_attestations[id][auditor].commitment != 0) revert AttestedAlready(id, auditor);
        bytes32 seed = _seedOf(id, audit, seedProof);
        if (!Lots.isChecked(id, seed, audit.checkBps)) revert NotChecked(id);
        if (!_isDrawn(id, audit, auditor, seed)) revert NotDrawn(id, auditor);

        _bond(auditor);
        _attestations[id][auditor].commitment = attestation;
        uint16 count = audit.attestations + 1;
        (audit.attestations, audit.waiting) = (count, audit.waiting + 1);
        emit Attested(id, auditor, count);
        if (count != 1) return;
        if (audit.seed == 0) audit.seed = seed;
        // INVARIANT: who committed to a lie cannot escape by {IJobMarket-defaultJob}, which takes only a part of the collateral.
        _openChallenge(id, job);
    }

    /// @inheritdoc IAssurance
    function redraw(JobId id, bytes calldata seedProof) external {
        Audit storage audit = _audits[id];
        uint256 deadline = audit.auditDeadline;
        if (audit.assignedAt == 0) revert NotCommitted(id);
        if (audit.redrawn || audit.attestations != 0) revert CannotRedraw(id);
        if (block.timestamp <= deadline) revert AuditsOpen(deadline);
        if (block.timestamp > deadline + _auditWindow) revert AuditsClosed(deadline + _auditWindow);
        bytes32 seed = _seedOf(id, audit, seedProof);
        // Without a seed nobody can be drawn, this time neither.
        if (seed == 0 || !Lots.isChecked(id, seed, audit.checkBps)) revert CannotRedraw(id);
        audit.redrawn = true;
        audit.auditDeadline = uint40(deadline + _auditWindow);
        audit.seed = seed;
        emit Redrawn(id, uint40(deadline + _auditWindow));
    }

    /// @inheritdoc IAssurance
    function claimAudit(
        JobId id,
        address auditor,
        bytes32[] calldata roots,
        bytes32 salt,
        bytes32[] calldata revealedRoots
    ) external {
        Audit storage audit = _audits[id];
        Attestation storage attestation = _requireAttestation(id, auditor);
        if (attestation.opened) revert OpenedAlready(id, auditor);
        if (block.timestamp > audit.claimDeadline) revert ClaimsClosed(audit.claimDeadline);
        uint256 parts = Lots.count(audit.sampleSize, audit.items);
        if (roots.length != parts) revert WrongSampleCount(roots.length, parts);
        bytes32 digest = _digestOf(roots);
        if (keccak256(abi.encode(id, auditor, digest, salt)) != attestation.commitment) revert WrongOpening();

        attestation.opened = true;
        uint64 differences = 0;
        if (digest != audit.digest) {
            if (revealedRoots.length != parts) revert WrongSampleCount(revealedRoots.length, parts);
            if (_digestOf(revealedRoots) != audit.digest) revert WrongOpening();
            differences = _compare(roots, revealedRoots);
            attestation.differences = differences;
            _countDifferences(id, differences);
            (JobStatus status, ) = _statusOf(id);
            // A buyer in league with the provider may have accepted at once, so that no challenge could be opened.
            if (status == JobStatus.Settled) attestation.excused = true;
        }
        emit AttestationOpened(id, auditor, differences);
    }

    /// @inheritdoc IAssurance
    function isChecked(JobId id, bytes32 seed) external view returns (bool) {
        return Lots.isChecked(id, seed, _audits[id].checkBps);
    }

    /// @inheritdoc IAssurance
    function isDrawn(JobId id, address auditor, bytes32 seed) external view returns (bool) {
        return _isDrawn(id, _audits[id], auditor, seed);
    }

    /// @inheritdoc IAssurance
    function sample(JobId id, bytes32 seed) external view returns (uint32[] memory items) {
        Audit storage audit = _audits[id];
        uint256 parts = Lots.count(audit.sampleSize, audit.items);
        items = new uint32[](parts);
        for (uint256 part = 0; part < parts; ++part) {
            items[part] = uint32(Lots.itemOf(id, seed, part, parts, audit.items));
        }
    }

    /// @inheritdoc IAssurance
    function differingAt(JobId id, uint256 part) public view returns (uint16) {
        return uint16(_differing[id][part / 16] >> (16 * (part % 16)));
    }

    /// @dev One of those who differ at a part has got its reward.
    function _countDown(JobId id, uint256 part) internal {
        _differing[id][part / 16] -= 1 << (16 * (part % 16));
    }

    function _requireAttestation(JobId id, address auditor) internal view returns (Attestation storage attestation) {
        attestation = _attestations[id][auditor];
        if (attestation.commitment == 0) revert NoAttestation(id, auditor);
    }

    function _requireAuditing(JobId id, Audit storage audit) private view {
        uint256 deadline = audit.auditDeadline;
        if (block.timestamp <= deadline) return;
        bool second = !audit.redrawn && audit.attestations == 0 && block.timestamp <= deadline + _auditWindow;
        if (second) revert NotRedrawn(id);
        revert AuditsClosed(deadline);
    }

    function _isDrawn(JobId id, Audit storage audit, address auditor, bytes32 seed) private view returns (bool) {
        uint40 time = audit.assignedAt;
        uint256 expected = uint256(_expectedAuditors) * (audit.redrawn ? 2 : 1);
        return Lots.isDrawn(id, seed, auditor, expected, auditingStakeAt(auditor, time), totalAuditingStakeAt(time));
    }

    function _countDifferences(JobId id, uint64 differences) private {
        uint256 left = differences;
        for (uint256 word = 0; left != 0; ++word) {
            uint256 ones = 0;
            for (uint256 lane = 0; lane < 16; ++lane) ones |= ((left >> lane) & 1) << (16 * lane);
            if (ones != 0) _differing[id][word] += ones;
            left >>= 16;
        }
    }

    function _compare(bytes32[] calldata roots, bytes32[] calldata others) private pure returns (uint64 differences) {
        for (uint256 part = 0; part < roots.length; ++part) {
            if (roots[part] != others[part]) differences |= uint64(1) << uint64(part);
        }
    }
}
