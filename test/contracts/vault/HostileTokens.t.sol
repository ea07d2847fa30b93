// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IVault, Permit} from "../../../contracts/interfaces/IVault.sol";
import {BlocklistToken} from "../../../contracts/mocks/BlocklistToken.sol";
import {CallbackToken} from "../../../contracts/mocks/CallbackToken.sol";
import {FalseToken} from "../../../contracts/mocks/FalseToken.sol";
import {OverchargingToken} from "../../../contracts/mocks/OverchargingToken.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {IToken, Ledgers} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";

/// @notice Tokens that cheat, fail or call back harm nobody but those who hold them.
contract HostileTokensTest is Ledgers {
    Permit private noPermit;

    function test_AFeeOnTransferCreditsWhatArrived() public {
        address fee = Deploy.create("FeeOnTransferToken", abi.encode(1_000));
        give(buyer, fee, 100);
        vm.prank(buyer);
        vm.assertEq(vault.deposit(fee, 100), 90, "credited");
        vm.prank(buyer);
        vault.withdraw(fee, 90, buyer);
        vm.assertEq(IToken(fee).balanceOf(buyer), 81, "the token's fee is the holder's");
        vm.assertEq(IToken(fee).balanceOf(address(vault)), 0, "nobody else paid");
    }

    function test_AFeeOfAllIsNoDeposit() public {
        address fee = Deploy.create("FeeOnTransferToken", abi.encode(10_000));
        give(buyer, fee, 100);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingReceived.selector, fee, 100));
        vm.prank(buyer);
        vault.deposit(fee, 100);
    }

    function test_ATokenThatTakesMoreThanWasSentIsRefused() public {
        OverchargingToken greedy = OverchargingToken(Deploy.create("OverchargingToken", ""));
        fund(buyer, address(greedy), 10);
        fund(stranger, address(greedy), 10);
        greedy.setSurcharge(1);
        vm.expectRevert(abi.encodeWithSelector(IVault.TokenOvercharged.selector, greedy, 10, 11));
        vm.prank(buyer);
        vault.withdraw(address(greedy), 10, buyer);
        vm.assertEq(vault.balanceOf(buyer, address(greedy)), 10, "unharmed");
    }

    function test_ATokenThatReturnsFalseNeitherCreditsNorBurns() public {
        FalseToken liar = FalseToken(Deploy.create("FalseToken", ""));
        give(buyer, address(liar), 20);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, liar);
        vm.expectRevert(failed);
        vm.prank(buyer);
        vault.deposit(address(liar), 10);
        liar.setFailing(false);
        vm.prank(buyer);
        vault.deposit(address(liar), 10);
        liar.setFailing(true);
        vm.expectRevert(failed);
        vm.prank(buyer);
        vault.withdraw(address(liar), 10, buyer);
        vm.assertEq(vault.balanceOf(buyer, address(liar)), 10, "still there");
    }

    function test_ATokenWithoutReturnValuesWorks() public {
        address silent = Deploy.create("NoReturnToken", "");
        fund(buyer, silent, 10);
        vm.prank(buyer);
        vault.withdraw(silent, 4, stranger);
        vm.assertEq(vault.balanceOf(buyer, silent), 6, "balance");
        vm.assertEq(IToken(silent).balanceOf(stranger), 4, "arrived");
        vm.expectRevert();
        vm.prank(stranger);
        vault.deposit(silent, 5);
    }

    function test_ABlockedAccountWithdrawsElsewhereAndBlocksNobody() public {
        BlocklistToken strict = BlocklistToken(Deploy.create("BlocklistToken", ""));
        fund(buyer, address(strict), 10);
        fund(stranger, address(strict), 10);
        strict.setBlocked(buyer, true);
        vm.startPrank(buyer);
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.Blocked.selector, buyer));
        vault.withdraw(address(strict), 10, buyer);
        vault.withdraw(address(strict), 10, rival);
        vm.stopPrank();
        vm.prank(stranger);
        vault.withdraw(address(strict), 10, stranger);
        strict.setBlocked(address(vault), true);
        strict.setBlocked(rival, true);
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.Blocked.selector, rival));
        vm.prank(rival);
        strict.transfer(stranger, 1);
    }

    function test_AnAddressWithoutCodeIsNoToken() public {
        bytes memory why = abi.encodeWithSelector(IVault.NotAContract.selector, stranger);
        vm.expectRevert(why);
        vault.deposit(stranger, 1);
        vm.expectRevert(why);
        vault.depositWithPermit(stranger, 1, Permit(1, 1, 0, 0, 0));
    }

    function test_AnAddressWithoutCodeIsNoMarket() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.NotAContract.selector, address(0)));
        vault.depositAndCall(address(token), 0, noPermit, address(0), 1, "");
        vm.expectRevert(abi.encodeWithSelector(IVault.NotAContract.selector, stranger));
        vault.depositAndCall(address(token), 0, noPermit, stranger, 1, "");
    }

    function test_AHugeSupplyFillsAnEscrowAndBlocksNoPayment() public {
        uint128 max = type(uint128).max;
        fund(buyer, address(token), max);
        fund(buyer, address(token), max);
        vm.prank(buyer);
        vault.allow(rival, address(token), type(uint256).max);
        vm.startPrank(rival);
        vault.escrow(buyer, address(token), max);
        vm.expectRevert(abi.encodeWithSelector(IVault.EscrowFull.selector, rival, address(token)));
        vault.escrow(buyer, address(token), 1);
        vault.release(buyer, address(token), 1, max - 1);
        vm.expectRevert(abi.encodeWithSelector(IVault.EscrowFull.selector, rival, address(token)));
        vault.escrow(buyer, address(token), 2);
        vault.escrow(buyer, address(token), 1);
        vault.release(buyer, address(token), 0, 1);
        vm.assertEq(vault.collectFees(rival, address(token)), max, "fees");
    }

    function test_ADepositAnnouncedInsideAWithdrawalIsNotLost() public {
        CallbackToken hostile = CallbackToken(Deploy.create("CallbackToken", ""));
        fund(buyer, address(hostile), 10);
        hostile.mint(address(hostile), 5);
        hostile.arm(address(hostile), abi.encodeCall(hostile.transfer, (address(vault), 5)));
        vm.prank(buyer);
        vault.withdraw(address(hostile), 10, buyer);
        vm.assertTrue(hostile.succeeded(), "sent in the middle");
        vm.assertEq(hostile.balanceOf(address(vault)), 5, "a gift, credited to nobody");
        vm.assertEq(vault.balanceOf(buyer, address(hostile)), 0, "not to the buyer either");
    }

    function test_EscrowAndReleaseInsideACallbackMoveOnlyTheirOwn() public {
        CallbackToken hostile = CallbackToken(Deploy.create("CallbackToken", ""));
        fund(buyer, address(hostile), 10);
        // The token itself plays the market, in the middle of a withdrawal of the balance that it wants to escrow.
        vm.prank(buyer);
        vault.allow(address(hostile), address(hostile), 10);
        hostile.arm(address(vault), abi.encodeCall(vault.escrow, (buyer, address(hostile), 10)));
        vm.prank(buyer);
        vault.withdraw(address(hostile), 10, buyer);
        vm.assertFalse(hostile.succeeded(), "the balance was gone before the call");
    }

    function testFuzz_TheVaultHoldsWhatItOwesUnderEveryToken(uint8 kind, uint256[6] memory amounts) public {
        address asset = assetOf(kind);
        uint256 owed;
        for (uint256 i = 0; i < amounts.length; i++) {
            address account = i % 2 == 0 ? buyer : stranger;
            uint256 amount = amounts[i] % 1e30;
            give(account, asset, amount);
            vm.prank(account);
            try vault.deposit(asset, amount) returns (uint256 credited) {
                owed += credited;
            } catch {}
            uint256 out = vault.balanceOf(account, asset) / (1 + (amounts[i] % 3));
            vm.prank(account);
            try vault.withdraw(asset, out, account) {
                owed -= out;
            } catch {}
            uint256 sum = vault.balanceOf(buyer, asset) + vault.balanceOf(stranger, asset);
            vm.assertEq(sum, owed, "what it owes");
            vm.assertLe(sum, IToken(asset).balanceOf(address(vault)), "it holds");
        }
    }

    function assetOf(uint8 kind) private returns (address asset) {
        if (kind % 6 == 0) return address(token);
        if (kind % 6 == 1) return Deploy.create("FeeOnTransferToken", abi.encode(uint256(kind) * 30));
        if (kind % 6 == 2) return Deploy.create("NoReturnToken", "");
        if (kind % 6 == 3) {
            asset = Deploy.create("FalseToken", "");
            FalseToken(asset).setFailing(kind % 2 == 0);
        } else if (kind % 6 == 4) {
            asset = Deploy.create("CallbackToken", "");
            CallbackToken(asset).arm(address(vault), abi.encodeCall(vault.deposit, (asset, 1)));
        } else {
            asset = Deploy.create("OverchargingToken", "");
            OverchargingToken(asset).setSurcharge(kind);
        }
    }
}
