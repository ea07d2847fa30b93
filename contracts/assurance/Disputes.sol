// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IDisputes} from "../interfaces/IDisputes.sol";
import {Challenge, Verdict} from "../types/Dispute.sol";
import {JobId} from "../types/JobId.sol";
import {DataRequests} from "./DataRequests.sol";
import {DisputeBase} from "./DisputeBase.sol";

/// @notice See {IDisputes}. Immutable and without an administrator; deployed by its assurance module.
contract Disputes is DataRequests, ReentrancyGuardTransient {
    constructor(
        address assurance_,
        address market_,
        address referee_,
        uint32 moveWindow_,
        uint64 feeFloor_
    ) DisputeBase(assurance_, market_, referee_, moveWindow_, feeFloor_) {}

    /// @inheritdoc IDisputes
    function setDelegate(address delegate, bool allowed) external {
        delegated[msg.sender][delegate] = allowed;
        emit DelegateSet(msg.sender, delegate, allowed);
    }

    /// @inheritdoc IDisputes
    function withdraw(address payable to) external nonReentrant returns (uint256 amount) {
        amount = owed[msg.sender];
        if (amount == 0) revert NothingOwed(msg.sender);
        owed[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        // The receiver is whoever the account names, and may be a wallet that needs gas; nothing of its answer is read.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = to.call{value: amount}("");
        if (!ok) revert TransferFailed(to, amount);
    }

    /// @inheritdoc IDisputes
    function challengeOf(uint256 challengeId) external view returns (Challenge memory found) {
        Challenge storage c = _challenges[challengeId];
        found = c;
        (found.turn, found.deadline) = _turnOf(c);
    }

    /// @inheritdoc IDisputes
    function verdictOf(JobId id) external view returns (Verdict memory) {
        Docket storage docket = _dockets[id];
        return Verdict(docket.refuted, docket.item, docket.challenge, docket.tieDeadline, docket.proven);
    }
}
