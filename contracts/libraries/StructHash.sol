// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Job} from "../types/Job.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Quote, Sponsorship} from "../types/Quote.sol";

/// @notice Struct hashes of the market's EIP-712 types and the hash of a {Job}.
/// @dev All these structs consist of value types, whose EIP-712 encoding is their ABI encoding. So they are copied from calldata and hashed
/// as they are. A word with dirty high bits yields a hash that no honest signer or event knows, and is refused where it is read.
library StructHash {
    // solhint-disable max-line-length -- EIP-712 type strings
    bytes32 internal constant JOB_SPEC_TYPEHASH = keccak256(
        "JobSpec(address buyer,address payer,bytes32 modelId,bytes32 modelDigest,bytes32 batchRoot,bytes32 inputDigest,uint32 items,uint32 maxItemOutputBytes,address token,uint128 startPrice,uint128 maxPrice,uint64 auctionStart,uint64 auctionEnd,uint32 rejectWindow,uint32 executionWindow,uint32 challengeWindow,uint8 level,uint16 checkBps,uint8 sampleSize,uint128 auditPot,uint128 declaredGain,uint96 minStake,uint64 capabilities,uint8 determinism,bytes32 allowedProviders,bytes32 salt)"
    );
    bytes32 internal constant QUOTE_TYPEHASH = keccak256(
        "Quote(address provider,bytes32 jobId,uint128 price,uint96 collateral,uint64 expiry,uint32 nonce)"
    );
    bytes32 internal constant SPONSORSHIP_TYPEHASH = keccak256(
        "Sponsorship(address payer,address buyer,address token,uint128 cap,uint64 expiry,bytes32 salt)"
    );

    uint256 internal constant JOB_SPEC_SIZE = 26 * 32;
    uint256 internal constant QUOTE_SIZE = 6 * 32;
    uint256 internal constant SPONSORSHIP_SIZE = 6 * 32;
    uint256 internal constant JOB_SIZE = 10 * 32;

    /// @dev Puts the type hash for a moment where the word before the struct is.
    function hash(JobSpec memory spec) internal pure returns (bytes32 result) {
        bytes32 typeHash = JOB_SPEC_TYPEHASH;
        uint256 size = JOB_SPEC_SIZE;
        assembly ("memory-safe") {
            let start := sub(spec, 0x20)
            let before := mload(start)
            mstore(start, typeHash)
            result := keccak256(start, add(size, 0x20))
            mstore(start, before)
        }
    }

    function hash(Quote calldata quote) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := quote
        }
        return _hash(QUOTE_TYPEHASH, offset, QUOTE_SIZE);
    }

    function hash(Sponsorship calldata sponsorship) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := sponsorship
        }
        return _hash(SPONSORSHIP_TYPEHASH, offset, SPONSORSHIP_SIZE);
    }

    /// @notice Low 232 bits of `keccak256(abi.encode(job))`.
    function hash(Job calldata job) internal pure returns (uint232 result) {
        uint256 size = JOB_SIZE;
        assembly ("memory-safe") {
            // Scratch above the free memory pointer, which is not moved.
            let buffer := mload(0x40)
            calldatacopy(buffer, job, size)
            result := shr(24, shl(24, keccak256(buffer, size)))
        }
    }

    /// @notice Low 232 bits of `keccak256(abi.encode(job))`.
    function hashMemory(Job memory job) internal pure returns (uint232 result) {
        uint256 size = JOB_SIZE;
        assembly ("memory-safe") {
            // A struct of value types lies in memory as it is encoded.
            result := shr(24, shl(24, keccak256(job, size)))
        }
    }

    /// @notice Says whether each member of `spec` is a value of its type.
    /// @dev Bits above a member's type, collected by its width.
    function isClean(JobSpec memory spec) internal pure returns (bool clean) {
        assembly ("memory-safe") {
            let addresses := or(or(mload(spec), mload(add(spec, 0x20))), mload(add(spec, 0x100)))
            let words32 := or(mload(add(spec, 0xc0)), mload(add(spec, 0xe0)))
            words32 := or(words32, or(mload(add(spec, 0x1a0)), mload(add(spec, 0x1c0))))
            words32 := or(words32, mload(add(spec, 0x1e0)))
            let words128 := or(mload(add(spec, 0x120)), mload(add(spec, 0x140)))
            words128 := or(words128, or(mload(add(spec, 0x260)), mload(add(spec, 0x280))))
            let words64 := or(mload(add(spec, 0x160)), mload(add(spec, 0x180)))
            words64 := or(words64, mload(add(spec, 0x2c0)))
            let words8 := or(mload(add(spec, 0x240)), mload(add(spec, 0x2e0)))
            let dirty := or(or(shr(160, addresses), shr(32, words32)), or(shr(128, words128), shr(64, words64)))
            dirty := or(dirty, or(shr(8, words8), shr(16, mload(add(spec, 0x220)))))
            dirty := or(dirty, shr(96, mload(add(spec, 0x2a0))))
            // The highest AssuranceLevel is 2.
            clean := iszero(or(dirty, gt(mload(add(spec, 0x200)), 2)))
        }
    }

    /// @notice Copies a spec as it is; {isClean} says whether it may be read.
    /// @return one The only element is the copy. An array, because a struct as return value would first be filled with zeros.
    function toMemory(JobSpec calldata spec) internal pure returns (JobSpec[] memory one) {
        uint256 size = JOB_SPEC_SIZE;
        assembly ("memory-safe") {
            one := mload(0x40)
            let copy := add(one, 0x40)
            mstore(one, 1)
            mstore(add(one, 0x20), copy)
            calldatacopy(copy, spec, size)
            mstore(0x40, add(copy, size))
        }
    }

    /// @notice Copies a job whose hash was checked, so that it can be changed.
    /// @return one As with a spec, the only element is the copy.
    function toMemory(Job calldata job) internal pure returns (Job[] memory one) {
        uint256 size = JOB_SIZE;
        assembly ("memory-safe") {
            one := mload(0x40)
            let copy := add(one, 0x40)
            mstore(one, 1)
            mstore(add(one, 0x20), copy)
            calldatacopy(copy, job, size)
            mstore(0x40, add(copy, size))
        }
    }

    function _hash(bytes32 typeHash, uint256 offset, uint256 size) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore(buffer, typeHash)
            calldatacopy(add(buffer, 0x20), offset, size)
            result := keccak256(buffer, add(size, 0x20))
        }
    }
}
