// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBounds} from "../interfaces/IBounds.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {Permit} from "../interfaces/IVault.sol";
import {PermitLibrary} from "../libraries/PermitLibrary.sol";

/// @notice See {IProviderRegistry}. Immutable; governance can only set the minimum stake.
/// @dev GLIA is our own token: it calls nobody back, takes no fee and never returns false.
contract ProviderRegistry is IProviderRegistry, IBounds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant MAX_ENDPOINT_LENGTH = 256;
    uint96 private constant LOWEST_MINIMUM_STAKE = 1e18;
    uint96 private constant HIGHEST_MINIMUM_STAKE = 1e6 * 1e18;

    /// @dev The first slot is all that {lock} reads. Registered means that there is an operator.
    struct ProviderState {
        address operator;
        uint64 capabilities;
        uint32 quoteNonce;
        uint96 stake;
        string endpoint;
    }

    /// @inheritdoc IProviderRegistry
    address public immutable override glia;

    mapping(address account => ProviderState) private _providers;
    mapping(address account => mapping(address market => Position)) private _positions;
    /// @inheritdoc IProviderRegistry
    uint96 public override minimumStake;

    constructor(address authority, address glia_, uint96 minimumStake_) AccessManaged(authority) {
        glia = glia_;
        _setMinimumStake(minimumStake_);
    }

    /// @inheritdoc IProviderRegistry
    function register(address operator, uint64 capabilities, string calldata endpoint) external {
        ProviderState storage state = _providers[msg.sender];
        if (state.operator != address(0)) revert AlreadyRegistered(msg.sender);
        _set(state, operator, capabilities, endpoint);
        if (state.stake < minimumStake) revert StakeBelowMinimum(msg.sender, state.stake, minimumStake);
        emit Registered(msg.sender, operator, capabilities, endpoint);
    }

    /// @inheritdoc IProviderRegistry
    function update(address operator, uint64 capabilities, string calldata endpoint) external {
        ProviderState storage state = _providers[msg.sender];
        if (state.operator == address(0)) revert NotRegistered(msg.sender);
        _set(state, operator, capabilities, endpoint);
        emit Updated(msg.sender, operator, capabilities, endpoint);
    }

    /// @inheritdoc IProviderRegistry
    function deregister() external {
        ProviderState storage state = _providers[msg.sender];
        if (state.operator == address(0)) revert NotRegistered(msg.sender);
        state.operator = address(0);
        state.capabilities = 0;
        delete state.endpoint;
        emit Deregistered(msg.sender);
        // Or quotes of before would be alive again after the next registration.
        _bumpQuoteNonce(msg.sender, state);
    }

    /// @inheritdoc IProviderRegistry
    function bumpQuoteNonce(address account) external {
        ProviderState storage state = _providers[account];
        if (msg.sender != account && msg.sender != state.operator) revert NotProvider(msg.sender, account);
        _bumpQuoteNonce(account, state);
    }

    /// @inheritdoc IProviderRegistry
    function stake(address market, uint96 amount) external {
        _stake(market, amount);
    }

    /// @inheritdoc IProviderRegistry
    function stakeWithPermit(address market, uint96 amount, Permit calldata permit) external {
        PermitLibrary.tryPermit(glia, permit);
        _stake(market, amount);
    }

    /// @inheritdoc IProviderRegistry
    function moveStake(address from, address to, uint96 amount) external {
        if (amount == 0) revert ZeroStake();
        if (to == address(0)) revert ZeroMarket();
        _takeFree(from, amount);
        _positions[msg.sender][to].free += amount;
        emit StakeMoved(msg.sender, from, to, amount);
    }

    /// @inheritdoc IProviderRegistry
    function unstake(address market, uint96 amount, address to) external nonReentrant {
        if (amount == 0) revert ZeroStake();
        if (to == address(0) || to == address(this)) revert InvalidRecipient(to);
        _takeFree(market, amount);
        ProviderState storage state = _providers[msg.sender];
        uint96 left = state.stake - amount;
        if (state.operator != address(0) && left < minimumStake) {
            revert StakeBelowMinimum(msg.sender, left, minimumStake);
        }
        state.stake = left;
        emit Unstaked(msg.sender, market, to, amount);
        IERC20(glia).safeTransfer(to, amount);
    }

    /// @inheritdoc IProviderRegistry
    function lock(
        address account,
        uint96 amount,
        uint96 minStake,
        uint64 capabilities
    ) external returns (address operator, uint32 quoteNonce) {
        ProviderState storage state = _providers[account];
        uint64 has = state.capabilities;
        (operator, quoteNonce) = (state.operator, state.quoteNonce);
        if (operator == address(0)) revert NotRegistered(account);
        if (has & capabilities != capabilities) revert MissingCapabilities(account, has, capabilities);

        Position storage slot = _positions[account][msg.sender];
        (uint96 free, uint96 locked) = (slot.free, slot.locked);
        // SAFETY: all GLIA fits into 90 bits, so the sum of two positions' parts does not overflow.
        unchecked {
            if (free + locked < minStake) revert StakeBelowMinimum(account, free + locked, minStake);
            if (free < amount) revert InsufficientFreeStake(account, msg.sender, free, amount);
            (slot.free, slot.locked) = (free - amount, locked + amount);
        }
    }

    /// @inheritdoc IProviderRegistry
    function unlock(address account, uint96 amount) external returns (uint96 left) {
        Position storage slot = _positions[account][msg.sender];
        (uint96 free, uint96 locked) = (slot.free, slot.locked);
        if (locked < amount) revert InsufficientLockedStake(account, msg.sender, locked, amount);
        // SAFETY: all GLIA fits into 90 bits, so the sum of two positions' parts does not overflow.
        unchecked {
            left = locked - amount;
            (slot.free, slot.locked) = (free + amount, left);
        }
    }

    /// @inheritdoc IProviderRegistry
    function slash(address account, uint96 burned, address rewardTo, uint96 reward) external nonReentrant {
        uint96 amount = burned + reward;
        Position storage slot = _positions[account][msg.sender];
        uint96 locked = slot.locked;
        if (locked < amount) revert InsufficientLockedStake(account, msg.sender, locked, amount);
        unchecked {
            slot.locked = locked - amount; // amount <= locked
        }
        _providers[account].stake -= amount;
        if (reward != 0) {
            if (rewardTo == address(0)) revert InvalidRecipient(rewardTo);
            _positions[rewardTo][msg.sender].free += reward;
            _providers[rewardTo].stake += reward;
        }
        emit Slashed(msg.sender, account, burned, rewardTo, reward);
        if (burned != 0) ERC20Burnable(glia).burn(burned);
    }

    /// @inheritdoc IProviderRegistry
    function countRejection(address account) external {
        uint32 count = ++_positions[account][msg.sender].rejections;
        emit RejectionCounted(msg.sender, account, count);
    }

    /// @inheritdoc IProviderRegistry
    function setMinimumStake(uint96 amount) external restricted {
        _setMinimumStake(amount);
    }

    /// @inheritdoc IProviderRegistry
    function provider(address account) external view returns (Provider memory) {
        ProviderState storage state = _providers[account];
        return
            Provider({
                operator: state.operator,
                capabilities: state.capabilities,
                quoteNonce: state.quoteNonce,
                stake: state.stake,
                registered: state.operator != address(0),
                endpoint: state.endpoint
            });
    }

    /// @inheritdoc IProviderRegistry
    function position(address account, address market) external view returns (Position memory) {
        return _positions[account][market];
    }

    function _set(
        ProviderState storage state,
        address operator,
        uint64 capabilities,
        string calldata endpoint
    ) private {
        if (operator == address(0)) revert InvalidOperator(operator);
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > MAX_ENDPOINT_LENGTH) revert InvalidEndpoint(length);
        (state.operator, state.capabilities, state.endpoint) = (operator, capabilities, endpoint);
    }

    function _bumpQuoteNonce(address account, ProviderState storage state) private {
        uint32 nonce = ++state.quoteNonce;
        emit QuoteNonceBumped(account, nonce);
    }

    function _stake(address market, uint96 amount) private nonReentrant {
        if (amount == 0) revert ZeroStake();
        if (market == address(0)) revert ZeroMarket();
        _positions[msg.sender][market].free += amount;
        _providers[msg.sender].stake += amount;
        emit Staked(msg.sender, market, amount);
        IERC20(glia).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _takeFree(address market, uint96 amount) private {
        Position storage slot = _positions[msg.sender][market];
        uint96 free = slot.free;
        if (free < amount) revert InsufficientFreeStake(msg.sender, market, free, amount);
        unchecked {
            slot.free = free - amount; // amount <= free
        }
    }

    function _setMinimumStake(uint96 amount) private {
        if (amount < LOWEST_MINIMUM_STAKE || amount > HIGHEST_MINIMUM_STAKE) {
            revert OutOfBounds("minimumStake", amount, LOWEST_MINIMUM_STAKE, HIGHEST_MINIMUM_STAKE);
        }
        minimumStake = amount;
        emit MinimumStakeSet(amount);
    }
}
