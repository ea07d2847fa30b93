// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "./JobId.sol";

/// @notice A provider's signed offer for one job. An EIP-712 struct in the market's domain, so chain and market are part of the signature.
/// @dev Used once, because a job id can be hired once; reserves nothing.
struct Quote {
    address provider;
    /// The spec that the offer is for.
    JobId jobId;
    /// In the spec's token units.
    uint128 price;
    /// GLIA units that the provider agrees to lock; {IJobMarket-hire} refuses less than the deterrence formula asks.
    uint96 collateral;
    /// Unix time in seconds, at most 60 s after it was signed.
    uint64 expiry;
    /// Must equal the registry's quote nonce of the provider; bumping that cancels all quotes.
    uint32 nonce;
}

/// @notice A payer's signed promise to pay for a buyer's jobs up to a cap. An EIP-712 struct in the market's domain.
struct Sponsorship {
    address payer;
    address buyer;
    address token;
    /// Sum of all escrows under this sponsorship, in token units; refunds do not restore it.
    uint128 cap;
    /// Unix time in seconds after which no new job may use it.
    uint64 expiry;
    /// Distinguishes otherwise equal sponsorships.
    bytes32 salt;
}
