// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";

import {IRandomBeacon} from "../../interfaces/IRandomBeacon.sol";

/// @notice The hash of a block, for devnets: whoever makes blocks can choose it. A point is a block number; there is no proof to give.
/// @dev Reaches back 256 blocks, 8,191 where the chain keeps its history (EIP-2935).
contract BlockhashBeacon is IRandomBeacon {
    /// @notice Blocks from a commitment to its seed.
    uint64 public immutable delay;

    constructor(uint64 delay_) {
        delay = delay_;
    }

    /// @inheritdoc IRandomBeacon
    function nextPoint() external view returns (uint64) {
        return uint64(block.number) + delay;
    }

    /// @inheritdoc IRandomBeacon
    function seed(uint64 point, bytes calldata) external view returns (bytes32) {
        if (block.number <= point) revert SeedNotReady(point);
        return Blockhash.blockHash(point);
    }
}
