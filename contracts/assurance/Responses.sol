// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../interfaces/IDisputes.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {HashTree} from "../libraries/HashTree.sol";
import {ModelHead} from "../libraries/ModelHead.sol";
import {Claim} from "../types/Claim.sol";
import {Response} from "../types/Dispute.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Challenges} from "./Challenges.sol";

/// @notice What the provider claims of an item, tied to all that it committed to before.
abstract contract Responses is Challenges {
    /// @dev Levels of the trace's tree that a response shows.
    uint256 private constant TOP_LEVELS = 6;

    /// @inheritdoc IDisputes
    function respond(JobSpec calldata spec, Job calldata job, Response calldata response) external {
        JobId id = _idOf(spec);
        _requireRevealed(id, job);
        _requireAnswerer(job);
        uint32 item = response.item;
        _requireItem(spec, item);
        ItemRecord storage asked = _items[id][item];
        if (!asked.challenged) revert NotChallenged(id, item);
        if (asked.respondedAt != 0) revert AlreadyResponded(id, item);

        _requireModel(spec.modelId, response);
        bytes32 inputRoots = keccak256(abi.encodePacked(response.inputRoots));
        _requireItemRoot(spec.batchRoot, spec.items, item, inputRoots, response.batchProof);
        bytes32 outputRoots = keccak256(abi.encodePacked(response.outputRoots));
        _requireItemRoot(job.resultRoot, spec.items, item, outputRoots, response.resultProof);
        _requireTies(response);

        Claim memory claim = Claim({
            nodesRoot: response.nodesRoot,
            inputRoots: inputRoots,
            traceRoot: HashTree.rootOf(response.traceTop),
            nodes: response.nodes,
            inputs: uint32(response.inputRoots.length)
        });
        (asked.nodesRoot, asked.inputRoots, asked.traceRoot) = (claim.nodesRoot, claim.inputRoots, claim.traceRoot);
        (asked.nodes, asked.inputs, asked.respondedAt) = (claim.nodes, claim.inputs, uint40(block.timestamp));
        emit ItemResponded(id, item, claim, response.inputRoots, response.outputRoots, response.traceTop);
    }

    /// @inheritdoc IDisputes
    function claimOf(JobId id, uint32 item) public view returns (Claim memory) {
        ItemRecord storage kept = _items[id][item];
        return Claim(kept.nodesRoot, kept.inputRoots, kept.traceRoot, kept.nodes, kept.inputs);
    }

    function _requireModel(bytes32 modelId, Response calldata response) private pure {
        bytes32 found = ModelHead.modelId(
            response.nodesRoot,
            response.nodes,
            response.inputRoots.length,
            response.outputRoots.length,
            response.inputPorts,
            keccak256(response.outputPorts)
        );
        if (found != modelId) revert WrongModel(found, modelId);
    }

    function _requireItemRoot(
        bytes32 root,
        uint256 items,
        uint256 item,
        bytes32 roots,
        bytes32[] calldata siblings
    ) private pure {
        if (!BatchTree.holds(root, items, item, BatchTree.itemRoot(roots), siblings)) revert WrongAnswer();
    }

    /// @dev INVARIANT: each output's root is that of its node's output in the claimed trace, or of the input that it is. So a wrong output has a
    /// first wrong node, and that one can be proven wrong.
    function _requireTies(Response calldata response) private pure {
        uint256 outputs = response.outputRoots.length;
        uint256 below = HashTree.depthOf(response.nodes);
        uint256 above = below < TOP_LEVELS ? below : TOP_LEVELS;
        below -= above;
        if (response.traceTop.length != 1 << above || response.ties.length != outputs) revert WrongAnswer();
        uint256 next;
        for (uint256 i = 0; i < outputs; ++i) {
            uint256 tensor;
            (tensor, next) = ModelHead.port(response.outputPorts, next);
            if (!_isTied(response, tensor, below, response.outputRoots[i], response.ties[i])) revert Untied(i);
        }
    }

    function _isTied(
        Response calldata response,
        uint256 tensor,
        uint256 below,
        bytes32 root,
        bytes32[] calldata tie
    ) private pure returns (bool) {
        uint256 inputs = response.inputRoots.length;
        if (tensor < inputs) return tie.length == 0 && root == response.inputRoots[tensor];
        uint256 node = tensor - inputs;
        if (node >= response.nodes || tie.length != below) return false;
        (bytes32 top, uint256 place) = HashTree.climb(root, node, tie);
        return top == response.traceTop[place];
    }
}
