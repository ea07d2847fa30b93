// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRandomBeacon} from "../../interfaces/IRandomBeacon.sol";

/// @notice The hash of a block, for devnets: whoever makes blocks can choose it. A point is a block number; there is no proof to give.
/// @dev Reaches back 256 blocks and no further: development chains have no history (EIP-2935), and some have another contract in its place.
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
        return blockhash(point);
    }
}
