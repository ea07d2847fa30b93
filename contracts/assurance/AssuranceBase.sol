// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IDisputes} from "../interfaces/IDisputes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IVault} from "../interfaces/IVault.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {AssuranceParameters} from "../types/AssuranceParameters.sol";
import {Attestation, Audit} from "../types/Audit.sol";
import {Verdict} from "../types/Dispute.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Disputes} from "./Disputes.sol";

/// @notice Storage, parameters and guards that all parts of the module share.
/// @dev SAFETY: no guard against reentrancy. Whom the module calls is fixed for good (market, registry, Vault, beacon, disputes), and none
/// of them calls foreign code from the functions used here.
abstract contract AssuranceBase is IAssurance {
    uint256 internal constant BPS = 1e4;
    uint256 private constant GLIA = 1e18;

    /// @inheritdoc IAssurance
    address public immutable override market;
    /// @inheritdoc IAssurance
    address public immutable override registry;
    /// @inheritdoc IAssurance
    address public immutable override vault;
    /// @inheritdoc IAssurance
    address public immutable override beacon;
    /// @inheritdoc IAssurance
    address public immutable override disputes;

    uint32 internal immutable _seedWait;
    uint32 internal immutable _auditWindow;
    uint32 internal immutable _revealWindow;
    uint32 internal immutable _claimWindow;
    uint32 internal immutable _moveWindow;
    uint32 internal immutable _leaveDelay;
    uint96 internal immutable _auditBond;
    uint64 internal immutable _feeFloor;
    uint8 internal immutable _expectedAuditors;

    mapping(JobId id => Audit) internal _audits;
    mapping(JobId id => mapping(address auditor => Attestation)) internal _attestations;

    constructor(address market_, address beacon_, address referee, AssuranceParameters memory p) {
        _requireBounds("seedWait", p.seedWait, 1, 1 hours);
        _requireBounds("auditWindow", p.auditWindow, 1, 1 days);
        _requireBounds("revealWindow", p.revealWindow, 1, 1 days);
        _requireBounds("claimWindow", p.claimWindow, 1, 1 days);
        _requireBounds("moveWindow", p.moveWindow, 1, 14 days);
        _requireBounds("leaveDelay", p.leaveDelay, 0, 60 days);
        _requireBounds("auditBond", p.auditBond, GLIA, 1e6 * GLIA);
        _requireBounds("expectedAuditors", p.expectedAuditors, 1, 32);
        // At zero, bonds cost nothing where the base fee is zero.
        _requireBounds("feeFloor", p.feeFloor, 1, 1e12);
        if (beacon_.code.length == 0) revert NotAContract(beacon_);
        if (referee.code.length == 0) revert NotAContract(referee);
        (market, beacon) = (market_, beacon_);
        (registry, vault) = (IJobMarket(market_).registry(), IJobMarket(market_).vault());
        (_seedWait, _auditWindow, _revealWindow) = (p.seedWait, p.auditWindow, p.revealWindow);
        (_claimWindow, _moveWindow, _leaveDelay) = (p.claimWindow, p.moveWindow, p.leaveDelay);
        (_auditBond, _feeFloor, _expectedAuditors) = (p.auditBond, p.feeFloor, p.expectedAuditors);
        disputes = address(new Disputes(address(this), market_, referee, p.moveWindow, p.feeFloor));
    }

    /// @inheritdoc IAssurance
    function parameters() external view returns (AssuranceParameters memory) {
        return
            AssuranceParameters({
                seedWait: _seedWait,
                auditWindow: _auditWindow,
                revealWindow: _revealWindow,
                claimWindow: _claimWindow,
                moveWindow: _moveWindow,
                leaveDelay: _leaveDelay,
                auditBond: _auditBond,
                feeFloor: _feeFloor,
                expectedAuditors: _expectedAuditors
            });
    }

    /// @inheritdoc IAssurance
    function auditOf(JobId id) external view returns (Audit memory) {
        return _audits[id];
    }

    /// @inheritdoc IAssurance
    function attestationOf(JobId id, address auditor) external view returns (Attestation memory) {
        return _attestations[id][auditor];
    }

    /// @dev Moves part of a pot. Only the Vault's own balances move, so that no token's code is called.
    function _pay(address token, address to, uint128 amount) internal {
        if (amount == 0) return;
        // The module is its own market in the Vault: nothing else there moves a balance without a transfer.
        if (IVault(vault).allowance(address(this), address(this), token) != type(uint256).max) {
            IVault(vault).allow(address(this), token, type(uint256).max);
        }
        IVault(vault).escrow(address(this), token, amount);
        IVault(vault).release(to, token, amount, 0);
    }

    /// @dev Everything that a caller passes as `job` is trusted after this.
    function _requireJob(JobId id, Job calldata job, uint232 hash) internal view {
        if (hash != StructHash.hash(job) || job.module != address(this)) revert WrongJob(id);
    }

    function _requireCommitted(JobId id, Job calldata job) internal view {
        (JobStatus status, uint232 hash) = _statusOf(id);
        if (status != JobStatus.Committed) revert NotCommitted(id);
        _requireJob(id, job, hash);
    }

    function _requireProvider(Job calldata job) internal view {
        if (msg.sender != job.provider && msg.sender != job.operator) revert NotProvider(msg.sender, job.provider);
    }

    // Each call of another contract stands here once, or the module would be larger than a contract may be.

    function _statusOf(JobId id) internal view returns (JobStatus status, uint232 hash) {
        (status, , hash) = IJobMarket(market).statusOf(id);
    }

    function _jobIdOf(JobSpec calldata spec) internal view returns (JobId) {
        return IJobMarket(market).jobId(spec);
    }

    function _verdictOf(JobId id) internal view returns (Verdict memory) {
        return IDisputes(disputes).verdictOf(id);
    }

    function _openChallenge(JobId id, Job calldata job) internal {
        IJobMarket(market).moduleOpenChallenge(id, job);
    }

    function _closeChallenge(JobId id, Job calldata job) internal {
        IJobMarket(market).moduleCloseChallenge(id, job);
    }

    function _refute(JobId id, Job calldata job, uint96 reward) internal {
        IJobMarket(market).moduleRefute(id, job, address(this), reward);
    }

    function _digestOf(bytes32[] calldata roots) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(roots));
    }

    function _requireBounds(bytes32 name, uint256 value, uint256 min, uint256 max) private pure {
        if (value < min || value > max) revert ParameterOutOfBounds(name, value, min, max);
    }
}
