// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IDisputes} from "../interfaces/IDisputes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {Challenge, Turn} from "../types/Dispute.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {DisputeBase} from "./DisputeBase.sol";

/// @notice How challenges begin, and how they end by time.
abstract contract Challenges is DisputeBase {
    /// @inheritdoc IDisputes
    function challenge(
        JobSpec calldata spec,
        Job calldata job,
        uint32 item
    ) external payable returns (uint256 challengeId) {
        JobId id = _idOf(spec);
        _requireRevealed(id, job);
        _requireWindow(job);
        if (item != NO_ITEM) _requireItem(spec, item);
        uint256 required = bondNow();
        if (msg.value < required) revert BondTooLow(msg.value, required);

        challengeId = ++lastChallenge;
        Challenge storage c = _challenges[challengeId];
        (c.challenger, c.jobId, c.bond) = (msg.sender, id, _keepChange(required));
        (, uint40 deadline) = _begin(c, id, item);
        emit ChallengeOpened(challengeId, id, msg.sender, item, c.bond, deadline);
        _hold(id, job);
    }

    /// @inheritdoc IDisputes
    function chooseItem(uint256 challengeId, JobSpec calldata spec, uint32 item) external {
        Challenge storage c = _requireAsker(challengeId);
        JobId id = c.jobId;
        if (JobId.unwrap(_idOf(spec)) != JobId.unwrap(id)) revert WrongJobSpec(id);
        if (c.item != NO_ITEM) revert ItemChosenAlready(challengeId, c.item);
        _requireItem(spec, item);
        (Turn turn, uint40 deadline) = _begin(c, id, item);
        emit ItemChosen(challengeId, item, turn, deadline);
    }

    /// @inheritdoc IDisputes
    function claimDefault(uint256 challengeId) external {
        Challenge storage c = _challenges[challengeId];
        (Turn turn, uint40 deadline) = _turnOf(c);
        if (turn != Turn.Provider) revert WrongTurn(challengeId, turn);
        if (block.timestamp <= deadline) revert MoveNotPassed(deadline);
        _win(c, challengeId, true);
    }

    /// @inheritdoc IDisputes
    function dismiss(uint256 challengeId, Job calldata job) external {
        Challenge storage c = _challenges[challengeId];
        (Turn turn, uint40 deadline) = _turnOf(c);
        if (turn != Turn.Challenger) revert WrongTurn(challengeId, turn);
        if (msg.sender != c.challenger && block.timestamp <= deadline) revert MoveNotPassed(deadline);
        JobId id = c.jobId;
        _requireRevealed(id, job);
        c.turn = Turn.Lost;
        _payBond(c, job.provider);
        emit ChallengeLost(challengeId, id);
        _drop(id, job);
    }

    /// @inheritdoc IDisputes
    function refute(JobId id, Job calldata job) external {
        Docket storage docket = _dockets[id];
        if (docket.challenge == 0) revert NoVerdict(id);
        docket.refuted = true;
        IAssurance(assurance).refute(id, job);
    }

    /// @inheritdoc IDisputes
    function release(uint256 challengeId) external {
        Challenge storage c = _challenges[challengeId];
        Turn turn = c.turn;
        if (turn == Turn.Provider || turn == Turn.Challenger) {
            JobId id = c.jobId;
            (JobStatus status, , ) = IJobMarket(market).statusOf(id);
            if (status < JobStatus.Settled) revert JobNotClosed(id);
            Docket storage docket = _dockets[id];
            // INVARIANT: nobody ends a challenge that may still take the reward but its challenger.
            bool mayTake = challengeId < docket.challenge && _isTie(docket, c.item);
            if (mayTake && msg.sender != c.challenger) revert TieOpen(docket.tieDeadline);
            c.turn = Turn.Released;
        } else if (turn != Turn.Won || c.bond == 0) revert WrongTurn(challengeId, turn);
        _payBond(c, c.challenger);
        emit BondReleased(challengeId);
    }

    /// @inheritdoc IDisputes
    function bondNow() public view returns (uint256) {
        return _price(ANSWER_GAS);
    }

    /// @dev The challenger itself, at its turn and in time.
    function _requireAsker(uint256 challengeId) internal view returns (Challenge storage c) {
        c = _requireProvable(challengeId);
        if (msg.sender != c.challenger) revert NotChallenger(msg.sender, c.challenger);
    }

    function _requireItem(JobSpec calldata spec, uint32 item) internal pure {
        if (item >= spec.items) revert NoSuchItem(item, spec.items);
    }

    /// @dev The first move: the provider's {respond} if there is an item that it has not responded to, else the challenger's.
    function _begin(Challenge storage c, JobId id, uint32 item) private returns (Turn turn, uint40 deadline) {
        (turn, deadline) = (Turn.Challenger, _nextDeadline());
        if (item != NO_ITEM) {
            ItemRecord storage asked = _items[id][item];
            if (asked.respondedAt == 0) turn = Turn.Provider;
            if (!asked.challenged) asked.challenged = true;
        }
        (c.item, c.turn, c.deadline, c.question) = (item, turn, deadline, 0);
    }

    function _payBond(Challenge storage c, address to) private {
        owed[to] += c.bond;
        c.bond = 0;
    }
}
