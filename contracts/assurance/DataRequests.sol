// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssurance} from "../interfaces/IAssurance.sol";
import {IDisputes} from "../interfaces/IDisputes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {LayoutTree} from "../libraries/LayoutTree.sol";
import {ItemData} from "../types/Dispute.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Demands} from "./Demands.sol";

/// @notice Outputs that were not delivered, asked for as calldata.
abstract contract DataRequests is Demands {
    /// @dev Kept for good: a job has one request.
    struct DataRequest {
        address buyer;
        uint40 deadline;
        /// Items that were not posted yet.
        uint32 left;
        /// Wei; zero once it is anybody's.
        uint128 prepaid;
    }

    uint256 private constant MAX_ITEMS = 64;
    /// @dev What fits a transaction that nodes pass on (128 kB), with room for the job's structs.
    uint256 private constant MAX_ITEM_BYTES = 96 * 1024;
    uint256 private constant MAX_REQUEST_BYTES = 512 * 1024;
    /// @dev A pixel's filler is less than its channels.
    uint256 private constant LAYOUT_FACTOR = 2;
    /// @dev The floor of calldata (EIP-7623), which is more than hashing and logging cost besides.
    uint256 private constant BYTE_GAS = 40;
    /// @dev Transaction, structs, Merkle path and storage of one {postData}.
    uint256 private constant ITEM_GAS = 150_000;

    mapping(JobId id => DataRequest) private _requests;

    /// @inheritdoc IDisputes
    function requestData(JobSpec calldata spec, Job calldata job, uint32[] calldata items) external payable {
        JobId id = _idOf(spec);
        _requireRevealed(id, job);
        if (msg.sender != job.buyer) revert NotBuyer(msg.sender, job.buyer);
        _requireWindow(job);
        DataRequest storage request = _requests[id];
        if (request.buyer != address(0)) revert DataRequestedAlready(id);
        if (items.length == 0) revert NoSuchItem(NO_ITEM, spec.items);
        _requireSmall(items.length, spec.maxItemOutputBytes);
        for (uint256 i = 0; i < items.length; ++i) {
            _requireItem(spec, items[i]);
            ItemRecord storage asked = _items[id][items[i]];
            if (asked.dataWanted) revert DataRequestedAlready(id);
            asked.dataWanted = true;
        }
        uint256 required = dataPriceNow(spec, items.length);
        if (msg.value < required) revert PrepaymentTooLow(msg.value, required);
        (request.buyer, request.deadline) = (msg.sender, _nextDeadline());
        (request.left, request.prepaid) = (uint32(items.length), _keepChange(required));
        emit DataRequested(id, items, request.prepaid, request.deadline);
        _hold(id, job);
    }

    /// @inheritdoc IDisputes
    function postData(JobSpec calldata spec, Job calldata job, ItemData calldata item) external {
        JobId id = _idOf(spec);
        _requireRevealed(id, job);
        ItemRecord storage asked = _items[id][item.item];
        if (!asked.dataWanted) revert NotRequested(id, item.item);
        DataRequest storage request = _requests[id];
        if (block.timestamp > request.deadline) revert MovePassed(request.deadline);
        bytes32 root = BatchTree.itemRoot(keccak256(_tensorRoots(item)));
        if (!BatchTree.holds(job.resultRoot, spec.items, item.item, root, item.resultProof)) revert WrongAnswer();
        asked.dataWanted = false;
        emit DataPosted(id, item.item, item.lengths, item.data);
        if (--request.left != 0) return;
        _payPrepaid(request, job.provider);
        _drop(id, job);
    }

    /// @inheritdoc IDisputes
    function claimDataDefault(JobId id, Job calldata job) external {
        DataRequest storage request = _requireRequest(id);
        if (block.timestamp <= request.deadline) revert MoveNotPassed(request.deadline);
        _payPrepaid(request, request.buyer);
        emit DataDefaulted(id);
        Docket storage docket = _dockets[id];
        // A challenge that was won before keeps its verdict, and so its reward.
        if (docket.challenge == 0) docket.item = NO_ITEM;
        docket.refuted = true;
        IAssurance(assurance).refute(id, job);
    }

    /// @inheritdoc IDisputes
    function releaseData(JobId id) external {
        DataRequest storage request = _requireRequest(id);
        (JobStatus status, , ) = IJobMarket(market).statusOf(id);
        if (status < JobStatus.Settled) revert JobNotClosed(id);
        _payPrepaid(request, request.buyer);
        emit DataReleased(id);
    }

    /// @inheritdoc IDisputes
    function dataPriceNow(JobSpec calldata spec, uint256 items) public view returns (uint256) {
        return _price(items * (ITEM_GAS + LAYOUT_FACTOR * BYTE_GAS * uint256(spec.maxItemOutputBytes)));
    }

    function _requireSmall(uint256 items, uint256 itemBytes) private pure {
        uint256 padded = LAYOUT_FACTOR * itemBytes;
        if (padded > MAX_ITEM_BYTES) revert TooMuchData(padded, MAX_ITEM_BYTES);
        if (items > MAX_ITEMS || items * padded > MAX_REQUEST_BYTES)
            revert TooMuchData(items * padded, MAX_REQUEST_BYTES);
    }

    /// @dev A request that is still waiting.
    function _requireRequest(JobId id) private view returns (DataRequest storage request) {
        request = _requests[id];
        if (request.prepaid == 0) revert NoDataRequest(id);
    }

    function _payPrepaid(DataRequest storage request, address to) private {
        owed[to] += request.prepaid;
        request.prepaid = 0;
    }

    /// @dev Roots of the posted tensors, one after another.
    function _tensorRoots(ItemData calldata item) private pure returns (bytes memory roots) {
        uint256 count = item.lengths.length;
        roots = new bytes(32 * count);
        uint256 from;
        for (uint256 i = 0; i < count; ++i) {
            uint256 to = from + item.lengths[i];
            if (to > item.data.length) revert WrongAnswer();
            bytes32 root = LayoutTree.rootOf(item.data[from:to]);
            assembly ("memory-safe") {
                mstore(add(add(roots, 0x20), mul(0x20, i)), root)
            }
            from = to;
        }
        if (from != item.data.length) revert WrongAnswer();
    }
}
