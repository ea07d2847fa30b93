// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Permit} from "./IVault.sol";

/// @notice Providers, their endpoints and their stake in GLIA. Stake is put at a market by its owner; a market locks and slashes only
/// what was put there. Any contract can be a market.
/// @dev How much of a position is locked follows from the events of its market: locking is part of a job's most frequent path, and the
/// market's event in the same transaction already tells the amount.
interface IProviderRegistry {
    /// @param free GLIA units that can leave at once.
    /// @param locked GLIA units that secure running jobs.
    /// @param rejections How many jobs of this market the provider rejected.
    struct Position {
        uint96 free;
        uint96 locked;
        uint32 rejections;
    }

    /// @param operator Hot key that signs quotes, rejects and reveals; zero unless registered.
    /// @param capabilities Bits; see docs/PROTOCOL.md.
    /// @param quoteNonce Quotes carry it; bumping it cancels them all.
    /// @param stake Sum of all positions, free and locked, in GLIA units.
    struct Provider {
        address operator;
        uint64 capabilities;
        uint32 quoteNonce;
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
    event Slashed(address indexed market, address indexed provider, uint96 burned, address rewardTo, uint96 reward);
    event RejectionCounted(address indexed market, address indexed provider, uint32 rejections);
    event MinimumStakeSet(uint96 amount);

    error NotRegistered(address provider);
    error AlreadyRegistered(address provider);
    error StakeBelowMinimum(address provider, uint96 stake, uint96 minimum);
    error InsufficientFreeStake(address provider, address market, uint96 free, uint96 needed);
    error InsufficientLockedStake(address provider, address market, uint96 locked, uint96 needed);
    error MissingCapabilities(address provider, uint64 has, uint64 needs);
    /// @notice The endpoint must have 1 to 256 bytes.
    error InvalidEndpoint(uint256 length);
    error InvalidOperator(address operator);
    /// @notice Only the provider or its operator may do this.
    error NotProvider(address caller, address provider);
    error ZeroStake();
    error ZeroMarket();
    /// @notice Stake cannot be sent to zero or to the registry, nor a reward go to zero.
    error InvalidRecipient(address to);

    /// @notice Registers the caller, whose stake must be at least {minimumStake}; stake first.
    /// @dev Reverts: {AlreadyRegistered}, {InvalidOperator} (zero), {InvalidEndpoint}, {StakeBelowMinimum}.
    function register(address operator, uint64 capabilities, string calldata endpoint) external;

    /// @notice Replaces operator, capabilities and endpoint. Running jobs keep the operator that they began with.
    /// @dev Reverts: {NotRegistered}, {InvalidOperator}, {InvalidEndpoint}.
    function update(address operator, uint64 capabilities, string calldata endpoint) external;

    /// @notice Takes no further jobs and cancels all quotes. Running jobs go on; locked stake stays locked until they end.
    /// @dev Reverts: {NotRegistered}.
    function deregister() external;

    /// @notice Puts `amount` GLIA units of the caller at `market`: the most that this market can ever lock or slash.
    /// @dev Reverts: {ZeroStake}, {ZeroMarket}, and what the token reverts with.
    function stake(address market, uint96 amount) external;

    /// @notice Like {stake}, after trying the permit; a permit that was already used does not break the call.
    function stakeWithPermit(address market, uint96 amount, Permit calldata permit) external;

    /// @notice Moves free stake of the caller from one market to another.
    /// @dev Reverts: {ZeroStake}, {ZeroMarket}, {InsufficientFreeStake}.
    function moveStake(address from, address to, uint96 amount) external;

    /// @notice Sends free stake to `to` at once. A registered provider keeps at least {minimumStake} in all.
    /// @dev Reverts: {ZeroStake}, {InvalidRecipient}, {InsufficientFreeStake}, {StakeBelowMinimum}.
    function unstake(address market, uint96 amount, address to) external;

    /// @notice Cancels all of a provider's quotes. Provider or operator.
    /// @dev Reverts: {NotProvider}.
    function bumpQuoteNonce(address provider) external;

    /// @notice Called by a market: turns `amount` of the provider's free stake at the caller into locked stake.
    /// @param minStake What free and locked stake at the caller must add up to, in GLIA units.
    /// @param capabilities Bits that the provider must have.
    /// @return operator The provider's hot key as of now.
    /// @return quoteNonce The provider's quote nonce as of now.
    /// @dev Reverts: {NotRegistered}, {MissingCapabilities}, {StakeBelowMinimum}, {InsufficientFreeStake}.
    function lock(
        address provider,
        uint96 amount,
        uint96 minStake,
        uint64 capabilities
    ) external returns (address operator, uint32 quoteNonce);

    /// @notice Called by a market: sets `amount` of the provider's locked stake at the caller free.
    /// @dev Reverts: {InsufficientLockedStake}.
    /// @return locked What stays locked at the caller.
    function unlock(address provider, uint96 amount) external returns (uint96 locked);

    /// @notice Called by a market: takes `burned + reward` of the provider's locked stake at the caller, burns the one part and adds the
    /// other to `rewardTo`'s free stake at the caller, whether or not that account is registered.
    /// @dev Reverts: {InsufficientLockedStake}, {InvalidRecipient} (a reward for zero).
    function slash(address provider, uint96 burned, address rewardTo, uint96 reward) external;

    /// @notice Called by a market: counts a rejection in the provider's position at the caller.
    function countRejection(address provider) external;

    /// @notice Restricted. Between 1 and 10^6 GLIA. Reverts: {IBounds-OutOfBounds}.
    function setMinimumStake(uint96 amount) external;

    function provider(address account) external view returns (Provider memory);
    function position(address account, address market) external view returns (Position memory);
    function minimumStake() external view returns (uint96);
    /// @notice The token in which stake is held.
    function glia() external view returns (address);
}
