// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice An EIP-2612 signature. `deadline` zero means that there is none and no permit is tried.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice Holds all deposits as internal balances. A market moves only what an account allowed it, and pays out only what it
/// escrowed. Any contract can be a market: what it may touch is set by allowances alone.
/// @dev Assumed of a token: its transfers change no balance of the Vault outside the Vault's own calls (so no rebasing down). A token
/// that breaks this harms holders of that token only.
interface IVault {
    /// @param amount What arrived, in token units.
    event Deposited(address indexed account, address indexed token, uint256 amount);
    event Withdrawn(address indexed account, address indexed token, address to, uint256 amount);
    /// @param amount What `market` may escrow from now on; each {Escrowed} lowers it unless it is `type(uint256).max`.
    event AllowanceSet(address indexed account, address indexed market, address indexed token, uint256 amount);
    event Escrowed(address indexed account, address market, address token, uint256 amount);
    /// @param amount Credited to `account`.
    /// @param fee Set aside for the treasury, besides `amount`.
    event Released(address indexed account, address market, address token, uint256 amount, uint256 fee);
    event FeesCollected(address indexed market, address indexed token, address treasury, uint256 amount);
    event TreasurySet(address treasury);

    error InsufficientBalance(address account, address token, uint256 balance, uint256 needed);
    error InsufficientAllowance(address account, address market, address token, uint256 allowance, uint256 needed);
    error InsufficientEscrow(address market, address token, uint256 escrow, uint256 needed);
    /// @notice The call would move nothing.
    error ZeroAmount();
    error ZeroAddress();
    /// @notice The token reported success and nothing arrived.
    error NothingReceived(address token, uint256 amount);
    /// @notice More arrived at once than one escrow can hold.
    error DepositTooLarge(address token, uint256 credited, uint256 max);
    /// @notice The token took more from the Vault than was sent; others would pay for the difference.
    error TokenOvercharged(address token, uint256 sent, uint256 taken);
    error InvalidRecipient(address to);
    /// @notice There is no code at the address of a token or market.
    error NotAContract(address account);
    /// @notice A market's escrow and fees in one token do not fit into 128 bits together.
    error EscrowFull(address market, address token);

    /// @notice Credits the caller with what arrives of `amount`, for fee-on-transfer tokens less than it.
    /// @dev Reverts: {ZeroAmount}, {NotAContract}, {NothingReceived}, {DepositTooLarge} (> 2^128 − 1), and what the token reverts with.
    function deposit(address token, uint256 amount) external returns (uint256 credited);

    /// @notice Like {deposit}, after trying the permit; a permit that was already used does not break the call.
    function depositWithPermit(
        address token,
        uint256 amount,
        Permit calldata permit
    ) external returns (uint256 credited);

    /// @notice Permit, deposit, allowance and a call to the market in one transaction: `market.onVaultCall(msg.sender, data)`.
    /// @param amount Deposited first; nothing if zero.
    /// @param allowance_ The market's new allowance for `token`; left alone if zero.
    /// @dev Reverts: {deposit}'s, {ZeroAddress}, {NotAContract}, and what the market reverts with.
    function depositAndCall(
        address token,
        uint256 amount,
        Permit calldata permit,
        address market,
        uint256 allowance_,
        bytes calldata data
    ) external returns (uint256 credited);

    /// @notice Sends `amount` of the caller's balance to `to`.
    /// @dev Reverts: {ZeroAmount}, {InvalidRecipient} (zero or the Vault), {InsufficientBalance}, {TokenOvercharged}.
    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Sets what `market` may escrow from the caller's balance; `type(uint256).max` is unlimited and never decreases.
    /// @dev Reverts: {ZeroAddress}.
    function allow(address market, address token, uint256 amount) external;

    /// @notice Called by a market: moves `amount` of `account`'s balance into the caller's escrow, within `account`'s allowance.
    /// @dev Reverts: {InsufficientAllowance}, {InsufficientBalance}, {EscrowFull}.
    /// @return balance What is left to the account.
    function escrow(address account, address token, uint128 amount) external returns (uint256 balance);

    /// @notice Called by a market: pays `amount` from its escrow to `account` and sets `fee` aside for the treasury.
    /// @dev Reverts: {InsufficientEscrow}.
    /// @return balance What the account has now.
    function release(address account, address token, uint128 amount, uint128 fee) external returns (uint256 balance);

    /// @notice Credits the treasury with the fees that `market` set aside. Anyone may call.
    /// @dev Reverts: {ZeroAmount} if there are none.
    function collectFees(address market, address token) external returns (uint256 amount);

    /// @notice Restricted. Reverts: {ZeroAddress}.
    function setTreasury(address treasury) external;

    function balanceOf(address account, address token) external view returns (uint256);
    function allowance(address account, address market, address token) external view returns (uint256);
    function escrowOf(address market, address token) external view returns (uint128 escrowed, uint128 fees);
    function treasury() external view returns (address);
}

/// @notice What the Vault calls at the end of {IVault-depositAndCall}.
interface IVaultCallee {
    /// @param account The authenticated caller of the Vault.
    /// @param data Encoded arguments; the callee defines them.
    function onVaultCall(address account, bytes calldata data) external;
}
