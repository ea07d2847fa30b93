// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IDisputes} from "../interfaces/IDisputes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {Challenge, Turn} from "../types/Dispute.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";

/// @notice Storage of the disputes and what all their parts share.
/// @dev SAFETY: effects come first. Assurance, market and referee are fixed and call nobody back but the market's own contracts.
abstract contract DisputeBase is IDisputes {
    /// @dev What is kept of a job, in one word; the last five are its {Verdict}.
    struct Docket {
        /// Open or won challenges, and open data requests: while there is one, the market has one challenge open for all.
        uint64 holds;
        bool refuted;
        uint32 item;
        uint64 challenge;
        uint40 tieDeadline;
        bool proven;
    }

    /// @dev What is kept of an item of a job: its {Claim}, in this order so that numbers and flags share one word.
    struct ItemRecord {
        bytes32 nodesRoot;
        bytes32 inputRoots;
        bytes32 traceRoot;
        uint32 nodes;
        uint32 inputs;
        /// Zero until somebody responded.
        uint40 respondedAt;
        bool challenged;
        /// Asked for as data, and not posted yet.
        bool dataWanted;
    }

    /// @inheritdoc IDisputes
    uint32 public constant override NO_ITEM = type(uint32).max;
    /// @inheritdoc IDisputes
    /// @dev Enough for the deepest of trees: 7 in a result of 2^32 items, 2 in a trace of 2^14, 6 in a tensor of 2^27 bytes, 33 for the sums.
    uint8 public constant override MAX_ROUNDS = 48;
    /// @inheritdoc IDisputes
    uint32 public constant override MAX_STEPS = 1 << 14;
    /// @inheritdoc IDisputes
    /// @dev One {respond} with 16 outputs and {MAX_ROUNDS} times one {show}; measured in the tests.
    uint256 public constant override ANSWER_GAS = 600_000 + uint256(MAX_ROUNDS) * 100_000;

    /// @inheritdoc IDisputes
    address public immutable override assurance;
    /// @inheritdoc IDisputes
    address public immutable override market;
    /// @inheritdoc IDisputes
    address public immutable override referee;
    /// @inheritdoc IDisputes
    uint32 public immutable override moveWindow;
    /// @inheritdoc IDisputes
    uint64 public immutable override feeFloor;

    /// @inheritdoc IDisputes
    uint256 public override lastChallenge;
    /// @inheritdoc IDisputes
    mapping(address account => uint256) public override owed;
    /// @inheritdoc IDisputes
    mapping(address provider => mapping(address delegate => bool)) public override delegated;

    mapping(uint256 id => Challenge) internal _challenges;
    mapping(JobId id => Docket) internal _dockets;
    mapping(JobId id => mapping(uint32 item => ItemRecord)) internal _items;

    constructor(address assurance_, address market_, address referee_, uint32 moveWindow_, uint64 feeFloor_) {
        (assurance, market, referee) = (assurance_, market_, referee_);
        (moveWindow, feeFloor) = (moveWindow_, feeFloor_);
    }

    function _idOf(JobSpec calldata spec) internal view returns (JobId) {
        return IJobMarket(market).jobId(spec);
    }

    /// @dev Everything that a caller passes as `job` is trusted after this, because the market once stored its hash.
    function _requireRevealed(JobId id, Job calldata job) internal view {
        (JobStatus status, , uint232 hash) = IJobMarket(market).statusOf(id);
        if (status != JobStatus.Revealed) revert NotRevealed(id);
        if (hash != StructHash.hash(job)) revert WrongJob(id);
    }

    /// @dev New disputes begin within the job's challenge window.
    function _requireWindow(Job calldata job) internal view {
        uint256 deadline = job.terms.deadline();
        if (block.timestamp > deadline) revert MovePassed(deadline);
    }

    function _requireAnswerer(Job calldata job) internal view {
        address provider = job.provider;
        if (msg.sender == provider || msg.sender == job.operator || delegated[provider][msg.sender]) return;
        revert NotAnswerer(msg.sender, provider);
    }

    function _nextDeadline() internal view returns (uint40) {
        return uint40(block.timestamp + moveWindow);
    }

    /// @dev Whose turn it is, and until when. {respond} changes the item's record only, and so all challenges that wait for it in time.
    function _turnOf(Challenge storage c) internal view returns (Turn turn, uint40 deadline) {
        (turn, deadline) = (c.turn, c.deadline);
        if (turn != Turn.Provider || c.question != 0) return (turn, deadline);
        uint40 respondedAt = _items[c.jobId][c.item].respondedAt;
        // INVARIANT: a response after the deadline does not save the provider from {claimDefault}.
        if (respondedAt != 0 && respondedAt <= deadline) return (Turn.Challenger, respondedAt + moveWindow);
    }

    /// @dev The challenger's turn, and not too late; so a proof may be shown.
    function _requireProvable(uint256 id) internal view returns (Challenge storage c) {
        c = _challenges[id];
        (Turn turn, uint40 deadline) = _turnOf(c);
        if (turn != Turn.Challenger) revert WrongTurn(id, turn);
        if (block.timestamp > deadline) revert MovePassed(deadline);
    }

    /// @dev INVARIANT: while a docket has holds, the market has one challenge of this module open, and the job cannot be settled.
    function _hold(JobId id, Job calldata job) internal {
        if (_dockets[id].holds++ == 0) IAssurance(assurance).openChallenge(id, job);
    }

    function _drop(JobId id, Job calldata job) internal {
        if (--_dockets[id].holds == 0) IAssurance(assurance).closeChallenge(id, job);
    }

    /// @dev Makes the verdict, or takes the place of a later challenge of the same item.
    function _win(Challenge storage c, uint256 id, bool byDefault) internal {
        (JobId jobId, uint32 item) = (c.jobId, c.item);
        c.turn = Turn.Won;
        emit ChallengeWon(id, jobId, byDefault);
        Docket storage docket = _dockets[jobId];
        uint256 winner = docket.challenge;
        if (winner == 0) {
            if (docket.refuted) return; // fell for undelivered data
            (docket.item, docket.challenge, docket.tieDeadline) = (item, uint64(id), _nextDeadline());
            docket.proven = !byDefault;
        } else if (_isTie(docket, item)) {
            // INVARIANT: within the tie window the earliest challenge of the refuted item has the reward, whoever proved first.
            if (id < winner) docket.challenge = uint64(id);
            if (!byDefault) docket.proven = true;
        }
    }

    /// @dev Whether a challenge of this item may still change the verdict.
    function _isTie(Docket storage docket, uint32 item) internal view returns (bool) {
        return item == docket.item && block.timestamp <= docket.tieDeadline;
    }

    function _price(uint256 gas_) internal view returns (uint256) {
        return 2 * gas_ * (block.basefee > feeFloor ? block.basefee : feeFloor);
    }

    /// @dev What came above the price is the sender's.
    function _keepChange(uint256 price) internal returns (uint128) {
        unchecked {
            if (msg.value != price) owed[msg.sender] += msg.value - price; // the caller checked that price <= msg.value
        }
        return SafeCast.toUint128(price);
    }
}
