// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice An EIP-2612 signature for the Vault as spender.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice Holds all deposits as internal balances. A market moves only what an account allowed it, and pays out only what it escrowed.
interface IVault {
    event Deposited(address indexed account, address indexed token, uint256 amount);
    event Withdrawn(address indexed account, address indexed token, address to, uint256 amount);
    event AllowanceSet(address indexed account, address indexed market, address indexed token, uint256 amount);
    event Escrowed(address indexed market, address indexed account, address token, uint256 amount);
    event Released(address indexed market, address indexed account, address token, uint256 amount, uint256 fee);
    event FeesCollected(address indexed market, address indexed token, uint256 amount);
    event TreasurySet(address treasury);

    error InsufficientBalance(address account, address token, uint256 balance, uint256 needed);
    error InsufficientAllowance(address account, address market, address token, uint256 allowance, uint256 needed);
    error InsufficientEscrow(address market, address token, uint256 escrow, uint256 needed);
    error ZeroAmount();
    error ZeroAddress();

    /// @notice Credits what arrives of `amount`, for fee-on-transfer tokens less than it.
    function deposit(address token, uint256 amount) external returns (uint256 credited);

    /// @notice Like {deposit}, after trying the permit; a permit that was already used does not break the call.
    function depositWithPermit(address token, uint256 amount, Permit calldata permit) external returns (uint256 credited);

    /// @notice Permit, deposit, allowance and a call to the market in one transaction: `market.onVaultCall(msg.sender, data)`.
    /// @param allowance_ The market's new allowance for `token`; left alone if zero.
    function depositAndCall(
        address token,
        uint256 amount,
        Permit calldata permit,
        address market,
        uint256 allowance_,
        bytes calldata data
    ) external returns (uint256 credited);

    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Sets what `market` may escrow from the caller's balance; `type(uint256).max` is unlimited and never decreases.
    function allow(address market, address token, uint256 amount) external;

    /// @notice Called by a market: moves `amount` of `account`'s balance into the caller's escrow, within `account`'s allowance.
    function escrow(address account, address token, uint128 amount) external;

    /// @notice Called by a market: pays `amount` from its escrow to `account` and sets `fee` aside for the treasury.
    function release(address account, address token, uint128 amount, uint128 fee) external;

    /// @notice Credits the treasury with the fees that `market` set aside. Anyone may call.
    function collectFees(address market, address token) external returns (uint256 amount);

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
