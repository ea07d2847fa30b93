// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {AssuranceBase} from "./AssuranceBase.sol";

/// @notice Who audits, with how much stake, and since when. The stake lies locked in the registry, at this contract.
abstract contract AuditorStake is AssuranceBase {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev `bonded` is a part of `enrolled`; `leaving` is not. The first slot is all that an attestation reads.
    struct Auditor {
        uint96 enrolled;
        uint96 bonded;
        uint96 leaving;
        uint40 freeAt;
    }

    mapping(address account => Auditor) private _auditors;
    mapping(address account => Checkpoints.Trace208) private _stakes;
    Checkpoints.Trace208 private _total;

    /// @inheritdoc IAssurance
    function enrol(uint96 amount) external {
        IProviderRegistry(registry).lock(msg.sender, amount, 0, 0);
        Auditor storage auditor = _auditors[msg.sender];
        uint96 enrolled = auditor.enrolled + amount;
        uint96 total = uint96(_total.latest()) + amount;
        auditor.enrolled = enrolled;
        _checkpoint(msg.sender, enrolled, total);
        emit Enrolled(msg.sender, amount, total);
    }

    /// @inheritdoc IAssurance
    function startLeaving(uint96 amount) external {
        Auditor storage auditor = _auditors[msg.sender];
        uint96 free = auditor.enrolled - auditor.bonded;
        if (amount > free) revert InsufficientAuditingStake(msg.sender, free, amount);
        if (amount == 0) revert NothingToLeave(msg.sender);
        uint40 freeAt = uint40(block.timestamp + _leaveDelay);
        auditor.leaving += amount;
        auditor.freeAt = freeAt;
        _take(msg.sender, auditor, amount);
        emit LeaveStarted(msg.sender, amount, freeAt);
    }

    /// @inheritdoc IAssurance
    function finishLeaving() external {
        Auditor storage auditor = _auditors[msg.sender];
        uint96 amount = auditor.leaving;
        if (amount == 0) revert NothingToLeave(msg.sender);
        if (block.timestamp < auditor.freeAt) revert LeaveNotPassed(auditor.freeAt);
        (auditor.leaving, auditor.freeAt) = (0, 0);
        IProviderRegistry(registry).unlock(msg.sender, amount);
        emit Left(msg.sender, amount);
    }

    /// @inheritdoc IAssurance
    function auditorOf(
        address account
    ) external view returns (uint96 enrolled, uint96 bonded, uint96 leaving, uint40 freeAt) {
        Auditor storage auditor = _auditors[account];
        return (auditor.enrolled, auditor.bonded, auditor.leaving, auditor.freeAt);
    }

    /// @inheritdoc IAssurance
    function auditingStakeAt(address account, uint40 time) public view returns (uint96) {
        return uint96(_stakes[account].upperLookupRecent(time));
    }

    /// @inheritdoc IAssurance
    function totalAuditingStakeAt(uint40 time) public view returns (uint96) {
        return uint96(_total.upperLookupRecent(time));
    }

    /// @dev The account, or its operator as of now.
    function _requireAuditor(address account) internal {
        if (msg.sender == account) return;
        // Locking nothing only reads the operator; {IProviderRegistry-provider} would load the endpoint too.
        (address operator, ) = IProviderRegistry(registry).lock(account, 0, 0, 0);
        if (msg.sender != operator) revert NotAuditor(msg.sender, account);
    }

    /// @dev INVARIANT: bonds never exceed what is enrolled, so that each can be slashed whole.
    function _bond(address account) internal {
        Auditor storage auditor = _auditors[account];
        (uint96 enrolled, uint96 bonded) = (auditor.enrolled, auditor.bonded);
        if (enrolled - bonded < _auditBond) {
            revert InsufficientAuditingStake(account, enrolled - bonded, _auditBond);
        }
        auditor.bonded = bonded + _auditBond;
    }

    function _returnBond(address account) internal {
        _auditors[account].bonded -= _auditBond;
    }

    /// @param to Whose free stake at this contract gets the bond.
    function _loseBond(address account, address to) internal {
        Auditor storage auditor = _auditors[account];
        auditor.bonded -= _auditBond;
        _take(account, auditor, _auditBond);
        IProviderRegistry(registry).slash(account, 0, to, _auditBond);
    }

    function _take(address account, Auditor storage auditor, uint96 amount) private {
        uint96 enrolled = auditor.enrolled - amount;
        auditor.enrolled = enrolled;
        _checkpoint(account, enrolled, uint96(_total.latest()) - amount);
    }

    function _checkpoint(address account, uint96 stake, uint96 total) private {
        _stakes[account].push(uint48(block.timestamp), stake);
        _total.push(uint48(block.timestamp), total);
    }
}
