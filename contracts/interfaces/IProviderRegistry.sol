// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Permit} from "./IVault.sol";

/// @notice Providers, their endpoints and their stake in GLIA. Stake is put at a market by its owner; a market locks and slashes only
/// what was put there.
interface IProviderRegistry {
    /// @param free GLIA units that can leave at once.
    /// @param locked GLIA units that secure running jobs.
    struct Position {
        uint96 free;
        uint96 locked;
    }

    /// @param operator Hot key that signs quotes, rejects and reveals.
    /// @param capabilities Bits; see docs/PROTOCOL.md.
    /// @param quoteNonce Quotes carry it; bumping it cancels them all.
    /// @param rejections How many jobs the provider rejected.
    /// @param stake Sum of all positions, in GLIA units.
    struct Provider {
        address operator;
        uint64 capabilities;
        uint32 quoteNonce;
        uint32 rejections;
        uint96 stake;
        bool registered;
        string endpoint;
    }

    event Registered(address indexed provider, address operator, uint64 capabilities, string endpoint);
    event Updated(address indexed provider, address operator, uint64 capabilities, string endpoint);
    event Deregistered(address indexed provider);
    event QuoteNonceBumped(address indexed provider, uint32 nonce);
    event Staked(address indexed provider, address indexed market, uint96 amount);
    event Unstaked(address indexed provider, address indexed market, address to, uint96 amount);
    event StakeMoved(address indexed provider, address indexed from, address indexed to, uint96 amount);
    event Locked(address indexed market, address indexed provider, uint96 amount);
    event Unlocked(address indexed market, address indexed provider, uint96 amount);
    event Slashed(address indexed market, address indexed provider, uint96 burned, address rewardTo, uint96 reward);
    event MinimumStakeSet(uint96 amount);

    error NotRegistered(address provider);
    error AlreadyRegistered(address provider);
    error StakeBelowMinimum(address provider, uint96 stake, uint96 minimum);
    error InsufficientFreeStake(address provider, address market, uint96 free, uint96 needed);
    error InsufficientLockedStake(address provider, address market, uint96 locked, uint96 needed);
    error MissingCapabilities(address provider, uint64 has, uint64 needs);
    error InvalidEndpoint(uint256 length);
    error InvalidOperator(address operator);

    // Owner of the stake
    function register(address operator, uint64 capabilities, string calldata endpoint) external;
    function update(address operator, uint64 capabilities, string calldata endpoint) external;
    function deregister() external;
    function stake(address market, uint96 amount) external;
    function stakeWithPermit(address market, uint96 amount, Permit calldata permit) external;
    function moveStake(address from, address to, uint96 amount) external;
    function unstake(address market, uint96 amount, address to) external;
    /// @notice Cancels all of a provider's quotes. Provider or operator.
    function bumpQuoteNonce(address provider) external;

    // Markets: `msg.sender` is the market
    /// @notice Turns `amount` of the provider's free stake at the caller into locked stake.
    /// @return operator The provider's hot key, @return quoteNonce and its quote nonce, as of now.
    function lock(address provider, uint96 amount, uint96 minStake, uint64 capabilities)
        external
        returns (address operator, uint32 quoteNonce);
    function unlock(address provider, uint96 amount) external;
    /// @notice Takes `burned + reward` of the provider's locked stake: burns one part, adds the other to `rewardTo`'s free stake at the caller.
    function slash(address provider, uint96 burned, address rewardTo, uint96 reward) external;
    function countRejection(address provider) external;

    function setMinimumStake(uint96 amount) external;
    function provider(address account) external view returns (Provider memory);
    function position(address account, address market) external view returns (Position memory);
    function minimumStake() external view returns (uint96);
}
