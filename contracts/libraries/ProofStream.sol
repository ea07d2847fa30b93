// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReferee} from "../interfaces/IReferee.sol";

/// @notice What is being read of a proof: its header, and where the reading stands.
struct Proof {
    /// Place in calldata of the next word.
    uint256 next;
    /// Place in calldata behind the last word.
    uint256 end;
    /// The header: which question, and about what. docs/EXACT.md, "Proofs".
    uint256 question;
    uint256 node;
    uint256 element;
    uint256 position;
    /// Bytes of the node's record.
    uint256 recordLength;
    /// Place in calldata of the node's record.
    uint256 record;
    /// Place in calldata of the siblings that tie the node's own output to the trace; 0 before they were taken.
    uint256 outputTie;
}

/// @notice Reads a proof: words in the order of their use, without lengths or offsets.
library ProofStream {
    /// @notice Begins to read: takes the header.
    /// @dev Reverts: {IReferee-MalformedProof} if there is none or its unused bytes are not 0.
    function open(bytes calldata data) internal pure returns (Proof memory proof) {
        uint256 start;
        assembly ("memory-safe") {
            start := data.offset
        }
        proof.next = start;
        proof.end = start + data.length;
        uint256 header = word(take(proof, 1));
        if (uint120(header) != 0) revert IReferee.MalformedProof();
        proof.question = header >> 248;
        proof.node = uint32(header >> 216);
        proof.element = uint32(header >> 184);
        proof.position = uint32(header >> 152);
        proof.recordLength = uint32(header >> 120);
    }

    /// @notice Takes the next `count` words; returns their place in calldata.
    /// @dev `count` is below 2^128, so that nothing overflows. Reverts: {IReferee-MalformedProof} if there are not as many.
    function take(Proof memory proof, uint256 count) internal pure returns (uint256 spot) {
        unchecked {
            spot = proof.next;
            uint256 behind = spot + (count << 5);
            if (behind > proof.end) revert IReferee.MalformedProof();
            proof.next = behind;
        }
    }

    /// @notice Says that the proof has been read.
    /// @dev Reverts: {IReferee-MalformedProof} if something is left.
    function close(Proof memory proof) internal pure {
        if (proof.next != proof.end) revert IReferee.MalformedProof();
    }

    /// @notice The 32 bytes from a place in calldata on; what lies behind its end counts as 0.
    function word(uint256 spot) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(spot)
        }
    }
}
