// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../interfaces/IDisputes.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {Claim, SumsQuestion} from "../types/Claim.sol";
import {Challenge} from "../types/Dispute.sol";
import {JobId} from "../types/JobId.sol";
import {Responses} from "./Responses.sol";

/// @notice The chain recomputes. INVARIANT: what is proven is about the claim of the challenge's own job and item.
abstract contract Proofs is Responses {
    /// @dev Tells hashes of different questions apart. Posted sums are a question to the challenger: which step is wrong?
    enum Question {
        Show,
        Sums,
        Step,
        Max
    }

    /// @inheritdoc IDisputes
    function prove(uint256 challengeId, bytes calldata proof) external {
        Challenge storage c = _requireProvable(challengeId);
        if (!IReferee(referee).refutes(_claimOf(c), proof)) revert NotRefuted();
        _win(c, challengeId, false);
    }

    /// @inheritdoc IDisputes
    function proveStep(
        uint256 challengeId,
        SumsQuestion calldata question,
        bytes32 sumsRoot,
        bytes calldata proof
    ) external {
        Challenge storage c = _requireProvable(challengeId);
        if (c.question != _posted(question, sumsRoot)) revert WrongQuestion();
        if (!IReferee(referee).refutesStep(_claimOf(c), question, sumsRoot, proof)) revert NotRefuted();
        _win(c, challengeId, false);
    }

    /// @dev INVARIANT: nothing is proven of an item that nobody responded for; its claim would be all zeros.
    function _claimOf(Challenge storage c) internal view returns (Claim memory claim) {
        (JobId id, uint32 item) = (c.jobId, c.item);
        claim = claimOf(id, item);
        if (claim.nodes == 0) revert NotResponded(id, item);
    }

    function _posted(SumsQuestion calldata question, bytes32 sumsRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(Question.Step, question, sumsRoot));
    }
}
