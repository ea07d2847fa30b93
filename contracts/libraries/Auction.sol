// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobSpec} from "../types/JobSpec.sol";

/// @notice The rising price of an open job.
library Auction {
    /// @notice Price at `time`, linear from `startPrice` at `auctionStart` to `maxPrice` at `auctionEnd`, constant outside; rounded down.
    /// @dev Needs startPrice <= maxPrice and auctionStart < auctionEnd.
    function priceDown(JobSpec memory spec, uint256 time) internal pure returns (uint128) {
        (uint256 start, uint256 end) = (spec.auctionStart, spec.auctionEnd);
        if (time <= start) return spec.startPrice;
        if (time >= end) return spec.maxPrice;
        uint256 rise = spec.maxPrice - spec.startPrice;
        // SAFETY: rise < 2^128, times < 2^64, and the quotient is below rise; so the cast and the sum stay within maxPrice.
        unchecked {
            return spec.startPrice + uint128((rise * (time - start)) / (end - start));
        }
    }
}
