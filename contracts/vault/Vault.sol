// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IVault, IVaultCallee, Permit} from "../interfaces/IVault.sol";
import {PermitLibrary} from "../libraries/PermitLibrary.sol";

/// @notice See {IVault}. Immutable; governance can only say where fees go.
contract Vault is IVault, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev What a market holds of a token: `escrowed` for jobs and `fees` for the treasury, in one slot.
    struct Escrow {
        uint128 escrowed;
        uint128 fees;
    }

    /// @inheritdoc IVault
    mapping(address account => mapping(address token => uint256)) public override balanceOf;
    /// @inheritdoc IVault
    mapping(address account => mapping(address market => mapping(address token => uint256))) public override allowance;
    /// @inheritdoc IVault
    mapping(address market => mapping(address token => Escrow)) public override escrowOf;
    /// @inheritdoc IVault
    address public override treasury;

    constructor(address authority, address treasury_) AccessManaged(authority) {
        _setTreasury(treasury_);
    }

    /// @inheritdoc IVault
    function deposit(address token, uint256 amount) external returns (uint256) {
        return _deposit(token, amount);
    }

    /// @inheritdoc IVault
    function depositWithPermit(address token, uint256 amount, Permit calldata permit) external returns (uint256) {
        PermitLibrary.tryPermit(token, permit);
        return _deposit(token, amount);
    }

    /// @inheritdoc IVault
    function depositAndCall(
        address token,
        uint256 amount,
        Permit calldata permit,
        address market,
        uint256 allowance_,
        bytes calldata data
    ) external returns (uint256 credited) {
        PermitLibrary.tryPermit(token, permit);
        if (amount != 0) credited = _deposit(token, amount);
        if (market.code.length == 0) revert NotAContract(market);
        if (allowance_ != 0) _allow(market, token, allowance_);
        // SAFETY: the last step, outside the guard because the market calls {escrow}. The selector is fixed and the caller is named, so
        // whatever contract stands at `market` learns only that this caller called it.
        IVaultCallee(market).onVaultCall(msg.sender, data);
    }

    /// @inheritdoc IVault
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        if (to == address(0) || to == address(this)) revert InvalidRecipient(to);
        _debit(msg.sender, token, amount);
        emit Withdrawn(msg.sender, token, to, amount);

        uint256 held = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(to, amount);
        uint256 left = IERC20(token).balanceOf(address(this));
        // INVARIANT: a withdrawal is paid by the one who withdraws; a token that takes a fee on top would take it from the others.
        if (left < held && held - left > amount) revert TokenOvercharged(token, amount, held - left);
    }

    /// @inheritdoc IVault
    function allow(address market, address token, uint256 amount) external {
        _allow(market, token, amount);
    }

    /// @inheritdoc IVault
    /// @dev SAFETY: not guarded against reentrancy because it calls nobody and no token balance changes.
    function escrow(address account, address token, uint128 amount) external returns (uint256 balance) {
        uint256 allowed = allowance[account][msg.sender][token];
        if (allowed != type(uint256).max) {
            if (allowed < amount) revert InsufficientAllowance(account, msg.sender, token, allowed, amount);
            unchecked {
                allowance[account][msg.sender][token] = allowed - amount; // amount <= allowed
            }
        }
        balance = _debit(account, token, amount);
        Escrow storage slot = escrowOf[msg.sender][token];
        Escrow memory held = slot;
        uint256 escrowed = uint256(held.escrowed) + amount;
        // INVARIANT: escrow and fees fit into 128 bits together, so that a later {release} cannot overflow the fees.
        if (escrowed + held.fees > type(uint128).max) revert EscrowFull(msg.sender, token);
        slot.escrowed = uint128(escrowed);
        emit Escrowed(account, msg.sender, token, amount);
    }

    /// @inheritdoc IVault
    /// @dev SAFETY: not guarded against reentrancy because it calls nobody and no token balance changes.
    function release(address account, address token, uint128 amount, uint128 fee) external returns (uint256 balance) {
        Escrow storage slot = escrowOf[msg.sender][token];
        (uint128 escrowed, uint128 fees) = (slot.escrowed, slot.fees);
        uint256 needed = uint256(amount) + fee;
        if (escrowed < needed) revert InsufficientEscrow(msg.sender, token, escrowed, needed);
        unchecked {
            // needed <= escrowed, and escrowed + fees < 2^128 by the invariant of {escrow}
            (slot.escrowed, slot.fees) = (escrowed - uint128(needed), fees + fee);
        }
        balance = balanceOf[account][token] + amount;
        balanceOf[account][token] = balance;
        emit Released(account, msg.sender, token, amount, fee);
    }

    /// @inheritdoc IVault
    function collectFees(address market, address token) external returns (uint256 amount) {
        Escrow storage slot = escrowOf[market][token];
        amount = slot.fees;
        if (amount == 0) revert ZeroAmount();
        slot.fees = 0;
        address to = treasury;
        balanceOf[to][token] += amount;
        emit FeesCollected(market, token, to, amount);
    }

    /// @inheritdoc IVault
    function setTreasury(address treasury_) external restricted {
        _setTreasury(treasury_);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert ZeroAddress();
        treasury = treasury_;
        emit TreasurySet(treasury_);
    }

    function _allow(address market, address token, uint256 amount) private {
        if (market == address(0)) revert ZeroAddress();
        allowance[msg.sender][market][token] = amount;
        emit AllowanceSet(msg.sender, market, token, amount);
    }

    function _debit(address account, address token, uint256 amount) private returns (uint256 left) {
        uint256 balance = balanceOf[account][token];
        if (balance < amount) revert InsufficientBalance(account, token, balance, amount);
        unchecked {
            left = balance - amount; // amount <= balance
        }
        balanceOf[account][token] = left;
    }

    /// @dev Credits what arrived, whatever the token says it sent.
    function _deposit(address token, uint256 amount) private nonReentrant returns (uint256 credited) {
        if (amount == 0) revert ZeroAmount();
        if (token.code.length == 0) revert NotAContract(token);
        uint256 held = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 holds = IERC20(token).balanceOf(address(this));
        if (holds <= held) revert NothingReceived(token, amount);
        unchecked {
            credited = holds - held; // holds > held
        }
        if (credited > type(uint128).max) revert DepositTooLarge(token, credited, type(uint128).max);
        balanceOf[msg.sender][token] += credited;
        emit Deposited(msg.sender, token, credited);
    }
}
