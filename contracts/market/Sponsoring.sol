// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Sponsorship} from "../types/Quote.sol";
import {MarketBase} from "./MarketBase.sol";

/// @notice Lets a payer pay for another account's jobs, within what it signed.
abstract contract Sponsoring is MarketBase {
    /// @inheritdoc IJobMarket
    function sponsored(Sponsorship calldata sponsorship) external view returns (bytes32 digest, uint128 spent) {
        digest = _hashTypedDataV4(StructHash.hash(sponsorship));
        spent = _spent[digest];
    }

    /// @dev INVARIANT: what is spent under a sponsorship never exceeds its cap; refunds do not restore it.
    function _spend(
        JobSpec memory spec,
        uint256 amount,
        Sponsorship calldata sponsorship,
        bytes calldata signature
    ) internal {
        if (sponsorship.payer != spec.payer || sponsorship.buyer != spec.buyer || sponsorship.token != spec.token)
            revert SponsorshipMismatch();
        if (block.timestamp > sponsorship.expiry) revert SponsorshipExpired(sponsorship.expiry);
        bytes32 digest = _hashTypedDataV4(StructHash.hash(sponsorship));
        if (!Signatures.isValid(spec.payer, spec.payer, digest, signature)) revert InvalidSignature(spec.payer);
        uint128 spent = _spent[digest];
        if (spent + amount > sponsorship.cap) revert SponsorshipCapExceeded(sponsorship.cap, spent, amount);
        unchecked {
            spent += uint128(amount); // at most the cap
        }
        _spent[digest] = spent;
        emit SponsorshipSpent(digest, spec.payer, spent);
    }
}
