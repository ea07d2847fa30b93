// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";

import {IRandomBeacon} from "../../interfaces/IRandomBeacon.sol";

/// @notice The prevrandao of a block of Ethereum, shown by its header. A point is a block number, a proof the block's RLP header.
/// @dev The proposers of all blocks of the delay together know it before; each of them can only withhold its own block. After 8,191 blocks
/// (EIP-2935; about 27 hours) it is too late.
contract HeaderBeacon is IRandomBeacon {
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
    function seed(uint64 point, bytes calldata proof) external view returns (bytes32 value) {
        if (block.number <= point) revert SeedNotReady(point);
        bytes32 hash = Blockhash.blockHash(point);
        if (hash == 0) return 0;
        if (keccak256(proof) != hash) revert InvalidSeedProof(point);
        value = BlockHeader.getPrevRandao(proof);
        // Zero would say that it is too late.
        if (value == 0) value = bytes32(uint256(1));
    }
}
