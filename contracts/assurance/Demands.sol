// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../interfaces/IDisputes.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {HashTree} from "../libraries/HashTree.sol";
import {LayoutTree} from "../libraries/LayoutTree.sol";
import {MaxQuestion, SumsQuestion} from "../types/Claim.sol";
import {Challenge, Turn} from "../types/Dispute.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Proofs} from "./Proofs.sol";

/// @notice What the challenger asks, and the answers.
abstract contract Demands is Proofs {
    /// @dev What one round costs to answer is a {show} of 32 hashes; other questions count as many rounds as they cost.
    uint256 private constant MAX_ROUNDS_PER_MAX = 2;
    uint256 private constant STEPS_PER_ROUND = 512;
    /// @dev Levels below a demanded hash.
    uint8 private constant LEVELS = 5;
    uint256 private constant LEAF_WORDS = 4;

    /// @inheritdoc IDisputes
    function demandResult(
        uint256 challengeId,
        JobSpec calldata spec,
        Job calldata job,
        uint8 height,
        uint32 index,
        bytes32 hash,
        bytes32[] calldata siblings
    ) external {
        Challenge storage c = _requireAsker(challengeId);
        JobId id = c.jobId;
        if (JobId.unwrap(_idOf(spec)) != JobId.unwrap(id)) revert WrongJobSpec(id);
        _requireRevealed(id, job);
        if (c.item != NO_ITEM) revert ItemChosenAlready(challengeId, c.item);
        if (uint256(height) + siblings.length != HashTree.depthOf(spec.items)) revert WrongQuestion();
        (bytes32 root, uint256 place) = HashTree.climb(hash, index, siblings);
        if (root != job.resultRoot || place != 0) revert WrongQuestion();
        if (uint256(index) << height >= spec.items) {
            if (hash == BatchTree.emptyRoot(height)) revert WrongQuestion();
            _win(c, challengeId, false);
        } else {
            if (height == 0) revert WrongQuestion();
            _askToShow(c, challengeId, hash, height < LEVELS ? height : LEVELS);
        }
    }

    /// @inheritdoc IDisputes
    function demand(uint256 challengeId, bytes calldata proof) external {
        Challenge storage c = _requireAsker(challengeId);
        (bytes32 hash, uint8 levels) = IReferee(referee).locate(_claimOf(c), proof);
        _askToShow(c, challengeId, hash, levels);
    }

    /// @inheritdoc IDisputes
    function show(uint256 challengeId, bytes32 hash, uint8 levels, bytes32[] calldata children) external {
        Challenge storage c = _requireQuestion(challengeId, _showing(hash, levels));
        if (children.length != (levels == 0 ? LEAF_WORDS : 1 << levels)) revert WrongAnswer();
        if ((levels == 0 ? LayoutTree.leafOf(children) : HashTree.rootOf(children)) != hash) revert WrongAnswer();
        emit Shown(challengeId, hash, children, _answered(c, 0));
    }

    /// @inheritdoc IDisputes
    function demandSums(uint256 challengeId, bytes calldata proof) external {
        Challenge storage c = _requireAsker(challengeId);
        SumsQuestion memory question = IReferee(referee).sumsQuestion(_claimOf(c), proof);
        uint256 steps = question.steps;
        // INVARIANT: the provider is not asked for what it cannot answer in one transaction.
        if (steps > MAX_STEPS) revert TooManySteps(question.steps, MAX_STEPS);
        uint256 cost = 1 + (steps + STEPS_PER_ROUND - 1) / STEPS_PER_ROUND;
        emit SumsDemanded(challengeId, question, _ask(c, keccak256(abi.encode(Question.Sums, question)), cost));
    }

    /// @inheritdoc IDisputes
    function postSums(
        uint256 challengeId,
        Job calldata job,
        SumsQuestion calldata question,
        bytes calldata sums
    ) external {
        Challenge storage c = _requireQuestion(challengeId, keccak256(abi.encode(Question.Sums, question)));
        _requireRevealed(c.jobId, job);
        _requireAnswerer(job);
        bytes32 root = IReferee(referee).sumsRoot(question, sums);
        uint40 deadline = _answered(c, _posted(question, root));
        emit SumsPosted(challengeId, question, root, sums, deadline);
    }

    /// @inheritdoc IDisputes
    function demandMax(uint256 challengeId, bytes calldata proof) external {
        Challenge storage c = _requireAsker(challengeId);
        MaxQuestion memory question = IReferee(referee).maxQuestion(_claimOf(c), proof);
        bytes32 asked = keccak256(abi.encode(Question.Max, question));
        emit MaxDemanded(challengeId, question, _ask(c, asked, MAX_ROUNDS_PER_MAX));
    }

    /// @inheritdoc IDisputes
    function answerMax(uint256 challengeId, MaxQuestion calldata question, bytes calldata proof) external {
        Challenge storage c = _requireQuestion(challengeId, keccak256(abi.encode(Question.Max, question)));
        if (!IReferee(referee).answersMax(_claimOf(c), question, proof)) revert WrongAnswer();
        emit MaxAnswered(challengeId, question, _answered(c, 0));
    }

    function _askToShow(Challenge storage c, uint256 challengeId, bytes32 hash, uint8 levels) private {
        emit Demanded(challengeId, hash, levels, _ask(c, _showing(hash, levels), 1));
    }

    function _showing(bytes32 hash, uint8 levels) private pure returns (bytes32) {
        return keccak256(abi.encode(Question.Show, hash, levels));
    }

    /// @dev Hands the turn to the provider.
    function _ask(Challenge storage c, bytes32 question, uint256 cost) private returns (uint40 deadline) {
        uint256 rounds = c.rounds + cost;
        // INVARIANT: all answers together cost at most half of what the bond pays for.
        if (rounds > MAX_ROUNDS) revert TooManyRounds(MAX_ROUNDS);
        deadline = _nextDeadline();
        (c.turn, c.deadline, c.rounds, c.question) = (Turn.Provider, deadline, uint8(rounds), question);
    }

    /// @dev The provider's turn, in time, and this is what it was asked.
    function _requireQuestion(uint256 challengeId, bytes32 question) private view returns (Challenge storage c) {
        c = _challenges[challengeId];
        if (c.turn != Turn.Provider) revert WrongTurn(challengeId, c.turn);
        if (c.question != question) revert WrongQuestion();
        if (block.timestamp > c.deadline) revert MovePassed(c.deadline);
    }

    /// @dev Hands the turn back to the challenger.
    function _answered(Challenge storage c, bytes32 next) private returns (uint40 deadline) {
        deadline = _nextDeadline();
        (c.turn, c.deadline, c.question) = (Turn.Challenger, deadline, next);
    }
}
