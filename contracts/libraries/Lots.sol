// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "../types/JobId.sol";

/// @notice What a seed decides: whether a job is checked, which items, and by whom. PROTOCOL section 4.
library Lots {
    uint256 private constant BPS = 1e4;

    /// @notice Whether the job is checked: with a chance of `checkBps`, always at 10^4, and always without a seed.
    function isChecked(JobId id, bytes32 seed, uint256 checkBps) internal pure returns (bool) {
        if (seed == 0) return true;
        uint256 hash = uint256(keccak256(abi.encode(seed, id)));
        return checkBps >= BPS || hash / (type(uint256).max / BPS) < checkBps;
    }

    /// @notice Whether an auditor is drawn, with a chance of min(1, expected · stake / total).
    /// @param expected Auditors drawn on average, at most 64.
    /// @param stake Of the auditor, and of all: below 2^96.
    /// @dev A stake in parts is drawn as often as the whole, as long as the whole is not drawn always.
    function isDrawn(
        JobId id,
        bytes32 seed,
        address auditor,
        uint256 expected,
        uint256 stake,
        uint256 total
    ) internal pure returns (bool) {
        if (seed == 0) return false;
        uint256 lot = uint256(keccak256(abi.encode(seed, id, auditor))) >> 128;
        return lot * total < (expected * stake) << 128;
    }

    /// @notice How many items are sampled.
    function count(uint256 sampleSize, uint256 items) internal pure returns (uint256) {
        return sampleSize < items ? sampleSize : items;
    }

    /// @notice The sampled item of part `part` of `parts` equal parts of the batch.
    function itemOf(
        JobId id,
        bytes32 seed,
        uint256 part,
        uint256 parts,
        uint256 items
    ) internal pure returns (uint256) {
        uint256 first = (part * items) / parts;
        uint256 size = ((part + 1) * items) / parts - first;
        return first + (uint256(keccak256(abi.encode(seed, id, part))) % size);
    }

    /// @notice The part of the batch in which an item lies.
    function partOf(uint256 item, uint256 parts, uint256 items) internal pure returns (uint256) {
        return ((item + 1) * parts - 1) / items;
    }
}
