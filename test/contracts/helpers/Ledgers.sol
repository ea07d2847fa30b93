// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IVault, Permit} from "../../../contracts/interfaces/IVault.sol";
import {Deploy} from "./Deploy.sol";
import {Keys} from "./Keys.sol";
import {vm} from "./Vm.sol";

/// @notice What the tests need of our own tokens and of the mocks.
interface IToken {
    function mint(address to, uint256 amount) external;
    function burn(uint256 amount) external;
    function approve(address spender, uint256 amount) external;
    function transfer(address to, uint256 amount) external;
    function balanceOf(address account) external view returns (uint256);
    function totalSupply() external view returns (uint256);
    function nonces(address owner) external view returns (uint256);
    // solhint-disable-next-line func-name-mixedcase -- the name is the standard's
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

/// @notice The contracts that hold money, and everybody who has some. The test itself is governance.
abstract contract Ledgers {
    uint256 internal constant START = 1_800_000_000;
    uint96 internal constant MINIMUM = 1_000e18;
    address internal constant TREASURY = address(0x7EA5);
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    IAccessManager internal authority;
    IToken internal glia;
    IVault internal vault;
    IProviderRegistry internal registry;
    IToken internal token;

    address internal buyer = vm.addr(Keys.BUYER);
    address internal sponsor = vm.addr(Keys.SPONSOR);
    address internal provider = vm.addr(Keys.PROVIDER);
    address internal operator = vm.addr(Keys.OPERATOR);
    address internal rival = vm.addr(Keys.RIVAL);
    address internal stranger = vm.addr(Keys.STRANGER);

    function setUp() public virtual {
        vm.warp(START);
        authority = IAccessManager(Deploy.create("AccessManager", abi.encode(this)));
        glia = IToken(Deploy.create("GliaToken", abi.encode(authority)));
        vault = IVault(Deploy.create("Vault", abi.encode(authority, TREASURY)));
        registry = IProviderRegistry(Deploy.create("ProviderRegistry", abi.encode(authority, glia, MINIMUM)));
        token = IToken(Deploy.create("TestToken", abi.encode("Test dollar", "TUSD")));
    }

    /// @dev Gives `account` units of any of the mocks, approves the Vault and deposits them.
    function fund(address account, address asset, uint256 amount) internal {
        give(account, asset, amount);
        vm.prank(account);
        vault.deposit(asset, amount);
    }

    function give(address account, address asset, uint256 amount) internal {
        IToken(asset).mint(account, amount);
        vm.prank(account);
        IToken(asset).approve(address(vault), type(uint256).max);
    }

    /// @dev Mints GLIA and puts it at `market`.
    function stakeAt(address account, address market, uint96 amount) internal {
        glia.mint(account, amount);
        vm.startPrank(account);
        glia.approve(address(registry), amount);
        registry.stake(market, amount);
        vm.stopPrank();
    }

    function enroll(address account, address hot, uint64 capabilities) internal {
        vm.prank(account);
        registry.register(hot, capabilities, "https://provider.example");
    }

    function permitFor(
        uint256 key,
        IToken asset,
        address spender,
        uint256 value
    ) internal view returns (Permit memory) {
        return signPermit(key, asset.DOMAIN_SEPARATOR(), asset.nonces(vm.addr(key)), spender, value);
    }

    function signPermit(
        uint256 key,
        bytes32 domain,
        uint256 nonce,
        address spender,
        uint256 value
    ) internal view returns (Permit memory permit) {
        permit.value = value;
        permit.deadline = block.timestamp + 60;
        bytes32 hash = keccak256(abi.encode(PERMIT, vm.addr(key), spender, value, nonce, permit.deadline));
        (permit.v, permit.r, permit.s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, hash)));
    }
}
