// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One word: `price` in token units (low 128 bits) and `collateral` in GLIA units (next 96 bits).
type Money is uint256;

using MoneyLibrary for Money global;

/// @notice Packs and reads {Money}.
library MoneyLibrary {
    function pack(uint128 price_, uint96 collateral_) internal pure returns (Money) {
        return Money.wrap(uint256(price_) | (uint256(collateral_) << 128));
    }

    function price(Money money) internal pure returns (uint128) {
        return uint128(Money.unwrap(money));
    }

    function collateral(Money money) internal pure returns (uint96) {
        return uint96(Money.unwrap(money) >> 128);
    }
}
