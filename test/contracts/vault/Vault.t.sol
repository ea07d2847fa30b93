// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {Ledgers} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";

/// @notice Deposits, withdrawals, allowances, escrows and fees with a token that behaves.
contract VaultTest is Ledgers {
    address private constant MARKET = address(0x3A12);

    function test_DepositOfNothingIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAmount.selector));
        vault.deposit(address(token), 0);
    }

    function test_DepositPassesOnWhatTheTokenRevertsWith() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 5));
        vm.prank(buyer);
        vault.deposit(address(token), 5);
    }

    function test_DepositOfMoreThanAnEscrowCanHoldIsRefused() public {
        uint256 amount = uint256(type(uint128).max) + 1;
        give(buyer, address(token), amount);
        vm.expectRevert(
            abi.encodeWithSelector(IVault.DepositTooLarge.selector, address(token), amount, type(uint128).max)
        );
        vm.prank(buyer);
        vault.deposit(address(token), amount);
    }

    function test_DepositCreditsTheCallerAndSaysSo() public {
        give(buyer, address(token), 7);
        vm.expectEmit(address(vault));
        emit IVault.Deposited(buyer, address(token), 7);
        vm.prank(buyer);
        vm.assertEq(vault.deposit(address(token), 7), 7, "credited");
        vm.assertEq(vault.balanceOf(buyer, address(token)), 7, "balance");
        vm.assertEq(token.balanceOf(address(vault)), 7, "held");
    }

    function test_WithdrawRefusesInSourceOrder() public {
        fund(buyer, address(token), 10);
        vm.startPrank(buyer);

        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAmount.selector));
        vault.withdraw(address(token), 0, address(0));
        vm.expectRevert(abi.encodeWithSelector(IVault.InvalidRecipient.selector, address(0)));
        vault.withdraw(address(token), 11, address(0));
        vm.expectRevert(abi.encodeWithSelector(IVault.InvalidRecipient.selector, address(vault)));
        vault.withdraw(address(token), 11, address(vault));
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientBalance.selector, buyer, address(token), 10, 11));
        vault.withdraw(address(token), 11, stranger);

        vm.expectEmit(address(vault));
        emit IVault.Withdrawn(buyer, address(token), stranger, 10);
        vault.withdraw(address(token), 10, stranger);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(stranger), 10, "arrived");
        vm.assertEq(vault.balanceOf(buyer, address(token)), 0, "balance");
    }

    function test_NobodyWithdrawsAnothersBalance() public {
        fund(buyer, address(token), 10);
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientBalance.selector, stranger, address(token), 0, 1));
        vm.prank(stranger);
        vault.withdraw(address(token), 1, stranger);
    }

    function test_AllowRefusesTheZeroMarket() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAddress.selector));
        vault.allow(address(0), address(token), 1);
    }

    function test_AllowSetsAndReplacesAndSaysSo() public {
        for (uint256 amount = 9; amount > 6; amount--) {
            vm.expectEmit(address(vault));
            emit IVault.AllowanceSet(buyer, MARKET, address(token), amount);
            vm.prank(buyer);
            vault.allow(MARKET, address(token), amount);
            vm.assertEq(vault.allowance(buyer, MARKET, address(token)), amount, "allowance");
        }
    }

    function test_EscrowRefusesInSourceOrder() public {
        fund(buyer, address(token), 10);
        allow(11);
        vm.startPrank(MARKET);

        vm.expectRevert(
            abi.encodeWithSelector(IVault.InsufficientAllowance.selector, buyer, MARKET, address(token), 11, 12)
        );
        vault.escrow(buyer, address(token), 12);
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientBalance.selector, buyer, address(token), 10, 11));
        vault.escrow(buyer, address(token), 11);

        vm.expectEmit(address(vault));
        emit IVault.Escrowed(buyer, MARKET, address(token), 10);
        vault.escrow(buyer, address(token), 10);
        vm.stopPrank();
        vm.assertEq(vault.balanceOf(buyer, address(token)), 0, "balance");
        vm.assertEq(vault.allowance(buyer, MARKET, address(token)), 1, "allowance");
        assertEscrow(10, 0);
    }

    function test_AnUnlimitedAllowanceNeverDecreases() public {
        fund(buyer, address(token), 10);
        allow(type(uint256).max);
        vm.prank(MARKET);
        vault.escrow(buyer, address(token), 10);
        vm.assertEq(vault.allowance(buyer, MARKET, address(token)), type(uint256).max, "allowance");
    }

    function test_AnAllowanceIsForOneMarketAndOneTokenOnly() public {
        fund(buyer, address(token), 10);
        allow(10);
        vm.expectRevert(
            abi.encodeWithSelector(IVault.InsufficientAllowance.selector, buyer, stranger, address(token), 0, 1)
        );
        vm.prank(stranger);
        vault.escrow(buyer, address(token), 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVault.InsufficientAllowance.selector, buyer, MARKET, address(glia), 0, 1)
        );
        vm.prank(MARKET);
        vault.escrow(buyer, address(glia), 1);
    }

    function test_ReleaseNeverExceedsTheMarketsOwnEscrow() public {
        escrowed(10);
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientEscrow.selector, MARKET, address(token), 10, 11));
        vm.prank(MARKET);
        vault.release(stranger, address(token), 9, 2);
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientEscrow.selector, stranger, address(token), 0, 1));
        vm.prank(stranger);
        vault.release(stranger, address(token), 1, 0);
    }

    function test_ReleaseWithHugeNumbersDoesNotWrapAround() public {
        escrowed(10);
        uint128 max = type(uint128).max;
        vm.expectRevert(
            abi.encodeWithSelector(IVault.InsufficientEscrow.selector, MARKET, address(token), 10, uint256(max) + max)
        );
        vm.prank(MARKET);
        vault.release(stranger, address(token), max, max);
    }

    function test_ReleaseCreditsTheAccountAndSetsTheFeeAside() public {
        escrowed(10);
        vm.expectEmit(address(vault));
        emit IVault.Released(provider, MARKET, address(token), 6, 1);
        vm.prank(MARKET);
        vault.release(provider, address(token), 6, 1);
        vm.assertEq(vault.balanceOf(provider, address(token)), 6, "balance");
        assertEscrow(3, 1);
    }

    function test_CollectFeesRefusesWhenThereAreNone() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAmount.selector));
        vault.collectFees(MARKET, address(token));
    }

    function test_AnyoneCollectsFeesForTheTreasury() public {
        escrowed(10);
        vm.prank(MARKET);
        vault.release(provider, address(token), 6, 4);
        vm.expectEmit(address(vault));
        emit IVault.FeesCollected(MARKET, address(token), TREASURY, 4);
        vm.prank(stranger);
        vm.assertEq(vault.collectFees(MARKET, address(token)), 4, "amount");
        vm.assertEq(vault.balanceOf(TREASURY, address(token)), 4, "treasury");
        assertEscrow(0, 0);
    }

    function test_TheTreasuryIsNeverZero() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAddress.selector));
        vault.setTreasury(address(0));
        vm.expectRevert(abi.encodeWithSelector(IVault.ZeroAddress.selector));
        Deploy.create("Vault", abi.encode(authority, address(0)));
    }

    function test_OnlyGovernanceMovesTheTreasury() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        vault.setTreasury(stranger);

        vm.expectEmit(address(vault));
        emit IVault.TreasurySet(stranger);
        vault.setTreasury(stranger);
        vm.assertEq(vault.treasury(), stranger, "treasury");
    }

    function allow(uint256 amount) private {
        vm.prank(buyer);
        vault.allow(MARKET, address(token), amount);
    }

    function escrowed(uint128 amount) private {
        fund(buyer, address(token), amount);
        allow(amount);
        vm.prank(MARKET);
        vault.escrow(buyer, address(token), amount);
    }

    function assertEscrow(uint128 amount, uint128 fees) private view {
        (uint128 escrow, uint128 setAside) = vault.escrowOf(MARKET, address(token));
        vm.assertEq(escrow, amount, "escrow");
        vm.assertEq(setAside, fees, "fees");
    }
}
