// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";
import {Contraction} from "../libraries/Contraction.sol";
import {Movement} from "../libraries/Movement.sol";
import {NodeRecord} from "../libraries/NodeRecord.sol";
import {Pointwise} from "../libraries/Pointwise.sol";
import {Pooling} from "../libraries/Pooling.sol";
import {Proof, ProofStream} from "../libraries/ProofStream.sol";
import {Requantisation} from "../libraries/Requantisation.sol";
import {Shape, TensorLayout} from "../libraries/TensorLayout.sol";
import {TensorOpening} from "../libraries/TensorOpening.sol";
import {WordTree} from "../libraries/WordTree.sol";
import {Claim, MaxQuestion, SumsQuestion} from "../types/Claim.sol";

/// @title The referee: recomputes one element of one node of an exact model. See {IReferee}.
contract Referee is IReferee {
    using ProofStream for Proof;

    // The questions that a proof may ask. docs/EXACT.md, "Proofs".
    uint256 private constant ELEMENT = 0;
    uint256 private constant BEATEN = 1;
    uint256 private constant FILLER = 2;
    uint256 private constant LEAF = 3;
    uint256 private constant TRACE = 4;
    uint256 private constant TENSOR = 5;
    uint256 private constant SUMS = 6;
    uint256 private constant STEP = 7;
    uint256 private constant MAXIMUM = 8;
    uint256 private constant MEMBER = 9;

    /// Levels that a demand opens at most.
    uint256 private constant LEVELS = 5;
    /// Bytes of a prefix sum, as a power of two.
    uint256 private constant SUM_SHIFT = 2;

    /// @inheritdoc IReferee
    function refutes(Claim calldata claim, bytes calldata data) external pure returns (bool wrong) {
        Proof memory proof = ProofStream.open(data);
        uint256 question = proof.question;
        // All but BEATEN are about one place only.
        if (question > LEAF || (question != BEATEN && proof.position != 0)) revert MalformedProof();
        uint256 kind = NodeRecord.open(claim, proof);
        if (question == ELEMENT) wrong = TensorOpening.output(claim, proof) != _recompute(claim, proof, kind);
        else if (question == BEATEN) wrong = _beaten(claim, proof, kind);
        else if (question == FILLER) wrong = _filled(claim, proof);
        else wrong = _behind(claim, proof);
        proof.close();
    }

    /// @inheritdoc IReferee
    function locate(Claim calldata claim, bytes calldata data) external pure returns (bytes32 hash, uint8 levels) {
        Proof memory proof = ProofStream.open(data);
        uint256 height = proof.position;
        if (proof.question == TRACE) {
            // A tensor's root is no leaf to be shown: its tree is asked for.
            if (height == 0 || proof.node != 0 || proof.recordLength != 0) revert MalformedProof();
            bytes32 root;
            (hash, root) = _hashAt(proof, WordTree.depthOf(claim.nodes), height);
            if (root != claim.traceRoot) revert WrongRoot(root, claim.traceRoot);
        } else {
            if (proof.question != TENSOR) revert MalformedProof();
            NodeRecord.open(claim, proof);
            Shape memory shape = NodeRecord.outputShape(proof);
            uint256 leaves = TensorLayout.leavesOf(shape);
            // An empty leaf is the hash of nothing: nobody could show its bytes.
            if (height == 0 && proof.element >= leaves) revert MalformedProof();
            bytes32 root;
            (hash, root) = _hashAt(proof, WordTree.depthOf(leaves), height);
            TensorOpening.tieOutput(claim, proof, root);
        }
        levels = uint8(height < LEVELS ? height : LEVELS);
        proof.close();
    }

    /// @inheritdoc IReferee
    function sumsQuestion(
        Claim calldata claim,
        bytes calldata data
    ) external pure returns (SumsQuestion memory question) {
        Proof memory proof = ProofStream.open(data);
        if (proof.question != SUMS || proof.position != 0) revert MalformedProof();
        _openKind(claim, proof, NodeRecord.CONTRACT);
        question = Contraction.question(proof, TensorOpening.output(claim, proof));
        proof.close();
    }

    /// @inheritdoc IReferee
    function sumsRoot(SumsQuestion calldata question, bytes calldata sums) external pure returns (bytes32) {
        uint256 size = uint256(question.steps) << SUM_SHIFT;
        if (size == 0 || sums.length != size) revert WrongSums();
        int256 last = int256(int32(uint32(bytes4(sums[size - 4:]))));
        uint256 value = Requantisation.requantise(question.bias + last, question.multiplier, question.yZero);
        if (value != question.claimed) revert WrongSums();
        return WordTree.rootOf(sums);
    }

    /// @inheritdoc IReferee
    function refutesStep(
        Claim calldata claim,
        SumsQuestion calldata question,
        bytes32 root,
        bytes calldata data
    ) external pure returns (bool wrong) {
        Proof memory proof = ProofStream.open(data);
        if (
            proof.question != STEP ||
            proof.node != question.node ||
            proof.element != question.element ||
            proof.position >= question.steps
        ) revert MalformedProof();
        _openKind(claim, proof, NodeRecord.CONTRACT);
        int256 added = _added(proof, question.steps, root);
        wrong = added != Contraction.step(claim, proof);
        proof.close();
    }

    /// @inheritdoc IReferee
    function maxQuestion(
        Claim calldata claim,
        bytes calldata data
    ) external pure returns (MaxQuestion memory question) {
        Proof memory proof = ProofStream.open(data);
        if (proof.question != MAXIMUM || proof.position != 0) revert MalformedProof();
        _openKind(claim, proof, NodeRecord.MAX_POOL);
        question.node = uint32(proof.node);
        question.element = uint32(proof.element);
        question.claimed = uint8(TensorOpening.output(claim, proof));
        proof.close();
    }

    /// @inheritdoc IReferee
    function answersMax(
        Claim calldata claim,
        MaxQuestion calldata question,
        bytes calldata data
    ) external pure returns (bool found) {
        Proof memory proof = ProofStream.open(data);
        if (proof.question != MEMBER || proof.node != question.node || proof.element != question.element)
            revert MalformedProof();
        _openKind(claim, proof, NodeRecord.MAX_POOL);
        found = Pooling.maxPoolMember(claim, proof) == question.claimed;
        proof.close();
    }

    function _openKind(Claim calldata claim, Proof memory proof, uint256 wanted) private pure {
        uint256 kind = NodeRecord.open(claim, proof);
        if (kind != wanted) revert WrongKind(kind);
    }

    function _recompute(Claim calldata claim, Proof memory proof, uint256 kind) private pure returns (uint256) {
        if (kind == NodeRecord.CONTRACT) return Contraction.recompute(claim, proof);
        if (kind == NodeRecord.ADD_MUL) return Pointwise.addMul(claim, proof);
        if (kind == NodeRecord.TABLE) return Pointwise.table(claim, proof);
        if (kind == NodeRecord.MAX_POOL) return Pooling.maxPool(claim, proof);
        if (kind == NodeRecord.MOVE) return Movement.recompute(claim, proof);
        revert WrongKind(kind);
    }

    function _beaten(Claim calldata claim, Proof memory proof, uint256 kind) private pure returns (bool) {
        if (kind != NodeRecord.MAX_POOL && kind != NodeRecord.ARG_MAX) revert WrongKind(kind);
        uint256 claimed = TensorOpening.output(claim, proof);
        if (kind == NodeRecord.ARG_MAX) return Pooling.argMaxBeaten(claim, proof, claimed);
        return Pooling.maxPoolMember(claim, proof) > claimed;
    }

    /// @dev Byte `proof.element` of the output's layout belongs to no element; whether it is not 0.
    function _filled(Claim calldata claim, Proof memory proof) private pure returns (bool) {
        Shape memory shape = NodeRecord.outputShape(proof);
        uint256 leaves = TensorLayout.leavesOf(shape);
        if (proof.element >> WordTree.LEAF_SHIFT >= leaves || !TensorLayout.isFiller(shape, proof.element))
            revert MalformedProof();
        (uint256 spot, bytes32 root) = TensorOpening.byteAt(proof, proof.element, WordTree.depthOf(leaves));
        TensorOpening.tieOutput(claim, proof, root);
        return ProofStream.word(spot) >> 248 != 0;
    }

    /// @dev Leaf `proof.element` of the output's tree lies behind its last; whether it is not empty.
    function _behind(Claim calldata claim, Proof memory proof) private pure returns (bool) {
        uint256 leaves = TensorLayout.leavesOf(NodeRecord.outputShape(proof));
        if (proof.element < leaves) revert MalformedProof();
        (bytes32 hash, bytes32 root) = _hashAt(proof, WordTree.depthOf(leaves), 0);
        TensorOpening.tieOutput(claim, proof, root);
        return hash != 0;
    }

    /// @dev Takes hash number `proof.element`, `height` levels above the leaves of a tree, and its siblings.
    function _hashAt(
        Proof memory proof,
        uint256 depth,
        uint256 height
    ) private pure returns (bytes32 hash, bytes32 root) {
        if (height > depth || proof.element >> (depth - height) != 0) revert MalformedProof();
        hash = bytes32(ProofStream.word(proof.take(1)));
        root = WordTree.openHash(proof, hash, proof.element, depth - height);
    }

    /// @dev Takes the leaves with the posted sums before and after step `proof.position`; returns their difference. Before the first it is 0.
    function _added(Proof memory proof, uint256 steps, bytes32 root) private pure returns (int256) {
        uint256 position = proof.position;
        int256 before = position == 0 ? int256(0) : _sum(proof, position - 1, steps, root);
        return _sum(proof, position, steps, root) - before;
    }

    function _sum(Proof memory proof, uint256 index, uint256 steps, bytes32 root) private pure returns (int256) {
        uint256 depth = WordTree.depthOf(WordTree.leavesOf(steps << SUM_SHIFT));
        (uint256 spot, bytes32 found) = TensorOpening.byteAt(proof, index << SUM_SHIFT, depth);
        if (found != root) revert WrongRoot(found, root);
        return int256(ProofStream.word(spot)) >> 224;
    }
}
