// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssuranceParameters} from "../types/AssuranceParameters.sol";
import {Attestation, Audit, Reveal} from "../types/Audit.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";

/// @notice The market's module for exact models, at levels Optimistic and Audited: commitments, audits by lot, reveals. PROTOCOL sections 4, 5.
/// @dev An auditor is a registered provider that put stake at this contract (`registry.stake(assurance, amount)`) and enrolled it.
interface IAssurance {
    event Enrolled(address indexed auditor, uint96 amount, uint96 total);
    event LeaveStarted(address indexed auditor, uint96 amount, uint40 freeAt);
    event Left(address indexed auditor, uint96 amount);
    /// @param revealDeadline Unix time in seconds.
    event Committed(
        JobId indexed jobId,
        bytes32 commitment,
        uint64 seedPoint,
        uint40 auditDeadline,
        uint40 revealDeadline
    );
    event SeedCaptured(JobId indexed jobId, bytes32 seed);
    event Attested(JobId indexed jobId, address indexed auditor, uint16 count);
    event Redrawn(JobId indexed jobId, uint40 auditDeadline);
    /// @param attestations Zero if the job was not drawn, or nobody attested: such a job never counts as checked.
    event Revealed(JobId indexed jobId, bool drawn, uint16 attestations, bytes32 digest, uint40 claimDeadline);
    /// @notice What {claimAudit} wants from an auditor that differs. An event, because a cheat may reveal through a contract of its own.
    event SampleRevealed(JobId indexed jobId, bytes32[] roots);
    event AttestationOpened(JobId indexed jobId, address indexed auditor, uint64 differences);
    event AttestationForfeited(JobId indexed jobId, address indexed auditor, address to);
    /// @param bond What came back of the bond, in GLIA units.
    /// @param pay Share of the pot, in the job's token.
    /// @param reward Share of the collateral, in GLIA units.
    event AuditClosed(JobId indexed jobId, address indexed auditor, uint96 bond, uint128 pay, uint96 reward);
    /// @notice The pot of a job that nobody audited went back, in the job's token.
    event PotReturned(JobId indexed jobId, address indexed payer, uint128 amount);
    event RewardPaid(JobId indexed jobId, address indexed to, uint96 amount);

    error WrongJob(JobId id);
    error WrongLevel(JobId id);
    error NotProvider(address caller, address provider);
    error NotAuditor(address caller, address auditor);
    error NotDisputes(address caller);
    error NotCommitted(JobId id);
    error ZeroCommitment();
    error WrongOpening();
    error NotChecked(JobId id);
    error NotAttested(JobId id);
    error RevealNotPassed(uint256 deadline);
    error NoPot(JobId id);
    error NotDrawn(JobId id, address auditor);
    error OwnJob(address auditor);
    error AttestedAlready(JobId id, address auditor);
    error NoAttestation(JobId id, address auditor);
    error AuditsOpen(uint256 deadline);
    error AuditsClosed(uint256 deadline);
    error NotRedrawn(JobId id);
    error CannotRedraw(JobId id);
    error WrongSampleCount(uint256 given, uint256 wanted);
    error ClaimsOpen(uint256 deadline);
    error ClaimsClosed(uint256 deadline);
    error JobNotFinal(JobId id);
    error OpenedAlready(JobId id, address auditor);
    error NotOpened(JobId id, address auditor);
    error InsufficientAuditingStake(address auditor, uint96 free, uint96 needed);
    error NothingToLeave(address auditor);
    error LeaveNotPassed(uint256 freeAt);
    error NoReward(JobId id);
    error NotAContract(address account);
    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max);

    /// @notice Makes `amount` of the caller's free stake at this contract auditing stake.
    function enrol(uint96 amount) external;

    /// @notice Takes `amount` out of the draw at once, and out of the lock after the delay.
    function startLeaving(uint96 amount) external;
    function finishLeaving() external;

    /// @notice Provider or operator, level Audited, from Assigned.
    /// @param commitment `keccak256(abi.encode(jobId, provider, resultRoot, outputDigest, salt))`: with the digest, so that whoever copies a
    /// reveal from the mempool cannot spoil the hint.
    function commit(JobSpec calldata spec, Job calldata job, bytes32 commitment) external;

    /// @notice An auditor's account or operator: attests a drawn job, before the audit deadline.
    function attest(
        JobId id,
        Job calldata job,
        address auditor,
        bytes32 attestation,
        bytes calldata seedProof
    ) external;

    /// @notice Anyone, if nobody attested in time: once more, with twice the auditors.
    function redraw(JobId id, bytes calldata seedProof) external;

    /// @notice Level Audited: anyone who knows the salt. Level Optimistic: provider or operator.
    function reveal(JobId id, Job calldata job, Reveal calldata what) external;

    /// @notice Anyone, after the reveal deadline of a job that somebody attested: it falls whole.
    function defaultAudited(JobId id, Job calldata job) external;

    /// @notice Anyone: gives back the pot of a job that was rejected, or defaulted without an attestation.
    /// @param job As of its last event.
    function returnPot(JobSpec calldata spec, Job calldata job) external;

    /// @notice Opens an attestation, up to the claim deadline.
    /// @param roots The item roots that the auditor attested.
    /// @param revealedRoots Those that the provider revealed; empty if they are the same.
    function claimAudit(
        JobId id,
        address auditor,
        bytes32[] calldata roots,
        bytes32 salt,
        bytes32[] calldata revealedRoots
    ) external;

    /// @notice Anyone: the bond of an attestation that was not opened in time goes to the provider.
    function forfeit(JobId id, address auditor) external;

    /// @notice Anyone, once the job is final: pays the auditor by how the job ended.
    function closeAudit(JobId id, address auditor) external;

    /// @notice Anyone: pays the reward of a refuted job to its challenger, unless auditors share it.
    function claimReward(JobId id) external;

    /// @notice Called by {disputes} only.
    function openChallenge(JobId id, Job calldata job) external;
    function closeChallenge(JobId id, Job calldata job) external;
    function refute(JobId id, Job calldata job) external;

    /// @notice Whether the seed makes the job a checked one.
    function isChecked(JobId id, bytes32 seed) external view returns (bool);

    /// @notice Whether an auditor is drawn for a job under a seed; at the double threshold after a redraw.
    function isDrawn(JobId id, address auditor, bytes32 seed) external view returns (bool);

    /// @notice Items that auditors of a job re-execute: one of each of min(sampleSize, items) equal parts of the batch.
    function sample(JobId id, bytes32 seed) external view returns (uint32[] memory items);

    /// @notice Of the opened attestations, how many differ at the sampled item of a part of the batch and have got no reward yet.
    function differingAt(JobId id, uint256 part) external view returns (uint16);

    function auditOf(JobId id) external view returns (Audit memory);
    function attestationOf(JobId id, address auditor) external view returns (Attestation memory);

    /// @notice Auditing stake of an account: enrolled, and of it locked by attestations.
    function auditorOf(
        address account
    ) external view returns (uint96 enrolled, uint96 bonded, uint96 leaving, uint40 freeAt);
    function auditingStakeAt(address account, uint40 time) external view returns (uint96);
    function totalAuditingStakeAt(uint40 time) external view returns (uint96);

    function parameters() external view returns (AssuranceParameters memory);
    function market() external view returns (address);
    function registry() external view returns (address);
    function vault() external view returns (address);
    function beacon() external view returns (address);
    function disputes() external view returns (address);
}
