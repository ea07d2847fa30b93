// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobSpec} from "../types/JobSpec.sol";
import {Quote} from "../types/Quote.sol";
import {StructHash} from "./StructHash.sol";

/// @notice Reads `abi.encode(JobSpec, Quote, bytes)` where it lies in calldata.
library HireCall {
    /// @dev Only the canonical encoding is accepted, so that nothing can hide in the gaps: spec, quote, offset, length, padded signature.
    function decode(
        bytes calldata data
    ) internal pure returns (bool ok, JobSpec calldata spec, Quote calldata quote, bytes calldata signature) {
        uint256 quoteAt = StructHash.JOB_SPEC_SIZE;
        uint256 offsetAt = quoteAt + StructHash.QUOTE_SIZE;
        assembly ("memory-safe") {
            spec := data.offset
            quote := add(data.offset, quoteAt)
            let lengthAt := add(offsetAt, 0x20)
            let head := add(lengthAt, 0x20)
            signature.offset := add(data.offset, head)
            signature.length := 0
            if iszero(lt(data.length, head)) {
                let tail := sub(data.length, head)
                let length := calldataload(add(data.offset, lengthAt))
                // A length above the tail is refused before it is rounded up, so the sum does not wrap.
                if iszero(gt(length, tail)) {
                    signature.length := length
                    ok := and(
                        eq(calldataload(add(data.offset, offsetAt)), lengthAt),
                        eq(and(add(length, 0x1f), not(0x1f)), tail)
                    )
                }
            }
        }
    }
}
