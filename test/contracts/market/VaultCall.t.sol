// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {IVault, Permit} from "../../../contracts/interfaces/IVault.sol";
import {CallbackToken} from "../../../contracts/mocks/CallbackToken.sol";
import {ScriptedMarket} from "../../../contracts/mocks/ScriptedMarket.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote} from "../../../contracts/types/Quote.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice Permit, deposit, allowance and hire in one transaction; and everything that somebody may put in the market's place.
contract VaultCallTest is World {
    Permit private noPermit;
    ScriptedMarket private evil;

    function setUp() public override {
        super.setUp();
        evil = ScriptedMarket(Deploy.create("ScriptedMarket", ""));
        vm.startPrank(buyer);
        vault.withdraw(address(token), FUNDS, buyer);
        vault.allow(address(market), address(token), 0);
        token.approve(address(vault), 0);
        vm.stopPrank();
    }

    function test_OneTransactionPermitsDepositsAllowsAndHires() public {
        JobSpec memory spec = specOf();
        Permit memory permit = permitFor(Keys.BUYER, token, address(vault), PRICE);
        Job memory job = modelAssigned(spec, provider, PRICE, COLLATERAL);
        bytes memory data = hireData(spec);
        vm.prank(buyer);
        vm.assertEq(
            vault.depositAndCall(address(token), PRICE, permit, address(market), PRICE, data),
            PRICE,
            "credited"
        );
        assertJob(idOf(spec), JobStatus.Assigned, job);
        assertBalance(buyer, 0, "buyer");
        assertEscrow(PRICE, 0);
        vm.assertEq(vault.allowance(buyer, address(market), address(token)), 0, "used up");
    }

    function test_AFrontRunPermitDoesNotBreakTheCall() public {
        Permit memory permit = permitFor(Keys.BUYER, token, address(vault), PRICE);
        // A low-level call, because only whether it fails matters.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(token).call(
            abi.encodeWithSignature(
                "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
                buyer,
                vault,
                permit.value,
                permit.deadline,
                permit.v,
                permit.r,
                permit.s
            )
        );
        vm.assertTrue(ok, "front-run");
        bytes memory data = hireData(specOf());
        vm.prank(buyer);
        vault.depositAndCall(address(token), PRICE, permit, address(market), PRICE, data);
        assertStatus(idOf(specOf()), JobStatus.Assigned, 0);
    }

    function test_AnAllowanceOfZeroLeavesTheOldOneAndAnAmountOfZeroDepositsNothing() public {
        give(buyer, address(token), PRICE);
        allow(buyer, address(token), PRICE);
        bytes memory data = hireData(specOf());
        vm.startPrank(buyer);
        vault.deposit(address(token), PRICE);
        vm.assertEq(vault.depositAndCall(address(token), 0, noPermit, address(market), 0, data), 0, "credited");
        assertEscrow(PRICE, 0);
    }

    function test_OnlyTheVaultSaysWhoCalls() public {
        bytes memory data = hireData(specOf());
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotVault.selector, stranger));
        vm.prank(stranger);
        market.onVaultCall(buyer, data);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, stranger, buyer));
        vm.prank(stranger);
        vault.depositAndCall(address(token), 0, noPermit, address(market), 0, data);
        JobSpec memory spec = specOf();
        spec.payer = sponsor;
        data = hireData(spec);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.PayerNotBuyer.selector, sponsor, buyer));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 0, noPermit, address(market), 0, data);
    }

    function test_OnlyTheCanonicalEncodingIsAccepted() public {
        bytes memory data = hireData(specOf());
        malformed("");
        malformed(new bytes(33 * 32 + 31));
        malformed(bytes.concat(data, hex"00"));
        malformed(bytes.concat(data, bytes32(0)));
        malformed(slice(data, data.length - 1));
        malformed(slice(data, data.length - 32));
        malformed(withWord(data, 32, 33 * 32 + 1)); // offset of the signature
        malformed(withWord(data, 32, 0));
        malformed(withWord(data, 33, type(uint256).max)); // its length
        malformed(withWord(data, 33, 97));
        malformed(withWord(data, 33, 64));
    }

    function test_WhateverStandsInTheMarketsPlaceOnlyHearsWhoCalled() public {
        give(buyer, address(token), 10);
        address[4] memory absurd = [address(token), address(vault), address(registry), stranger];
        for (uint256 i = 0; i < absurd.length; i++) {
            vm.prank(buyer);
            // A low-level call, because only whether it fails matters.
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = address(vault).call(
                abi.encodeCall(vault.depositAndCall, (address(token), 10, noPermit, absurd[i], 10, "x"))
            );
            vm.assertFalse(ok, "refused, and all of it undone");
            vm.assertEq(vault.allowance(buyer, absurd[i], address(token)), 0, "no allowance stays");
        }
        vm.prank(buyer);
        vault.depositAndCall(address(token), 10, noPermit, address(evil), 0, "x");
        vm.assertEq(evil.account(), buyer, "account");
        vm.assertEq(evil.data(), "x", "data");
        assertBalance(buyer, 10, "nothing moves without an allowance");
    }

    function test_AMaliciousMarketTakesNoMoreThanItIsGranted() public {
        give(buyer, address(token), 10);
        evil.arm(address(vault), abi.encodeCall(vault.escrow, (buyer, address(token), 6)));
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientAllowance.selector, buyer, evil, token, 5, 6));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 10, noPermit, address(evil), 5, "");
        evil.arm(address(vault), abi.encodeCall(vault.escrow, (buyer, address(token), 5)));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 10, noPermit, address(evil), 5, "");
        assertBalance(buyer, 5, "the rest is safe");
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientEscrow.selector, evil, token, 5, 6));
        evil.execute(address(vault), abi.encodeCall(vault.release, (stranger, address(token), 6, 0)));
    }

    function test_AMaliciousMarketCannotHireOnItsCallersBehalf() public {
        fund(buyer, address(token), PRICE);
        allow(buyer, address(token), PRICE);
        bytes memory data = hireData(specOf());
        evil.arm(address(market), abi.encodeCall(market.onVaultCall, (buyer, data)));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotVault.selector, evil));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 0, noPermit, address(evil), 0, "");
        evil.arm(
            address(vault),
            abi.encodeCall(vault.depositAndCall, (address(token), 0, noPermit, address(market), 0, data))
        );
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, evil, buyer));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 0, noPermit, address(evil), 0, "");
    }

    function test_AMaliciousMarketCannotWithdrawItsCallersBalance() public {
        fund(buyer, address(token), PRICE);
        evil.arm(address(vault), abi.encodeCall(vault.withdraw, (address(token), 1, address(evil))));
        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientBalance.selector, evil, token, 0, 1));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 0, noPermit, address(evil), 0, "");
    }

    function test_APermitThatCallsBackCannotDoubleADeposit() public {
        CallbackToken hostile = CallbackToken(Deploy.create("CallbackToken", ""));
        hostile.mint(buyer, 10);
        Permit memory permit;
        (permit.value, permit.deadline) = (10, type(uint256).max);
        hostile.arm(
            address(vault),
            abi.encodeCall(vault.depositAndCall, (address(hostile), 0, noPermit, address(evil), 9, ""))
        );
        vm.prank(buyer);
        vault.depositAndCall(address(hostile), 10, permit, address(evil), 0, "");
        vm.assertTrue(hostile.succeeded(), "called back as the token itself");
        vm.assertEq(vault.balanceOf(buyer, address(hostile)), 10, "credited once");
        vm.assertEq(vault.allowance(buyer, address(evil), address(hostile)), 0, "not the buyer's allowance");
    }

    function test_NobodyEntersADepositASecondTime() public {
        CallbackToken hostile = CallbackToken(Deploy.create("CallbackToken", ""));
        give(buyer, address(hostile), 20);
        bytes[4] memory entries = [
            abi.encodeCall(vault.deposit, (address(hostile), 1)),
            abi.encodeCall(vault.depositWithPermit, (address(hostile), 1, noPermit)),
            abi.encodeCall(vault.depositAndCall, (address(hostile), 1, noPermit, address(evil), 0, "")),
            abi.encodeCall(vault.withdraw, (address(hostile), 1, stranger))
        ];
        bytes memory reentered = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        for (uint256 i = 0; i < entries.length; i++) {
            hostile.arm(address(vault), entries[i]);
            vm.prank(buyer);
            vault.deposit(address(hostile), 2);
            vm.assertTrue(hostile.called(), "called back");
            vm.assertEq(hostile.answer(), reentered, "refused in a deposit");
            hostile.arm(address(vault), entries[i]);
            vm.prank(buyer);
            vault.withdraw(address(hostile), 1, buyer);
            vm.assertEq(hostile.answer(), reentered, "refused in a withdrawal");
        }
        vm.assertEq(vault.balanceOf(buyer, address(hostile)), 4, "as deposited");
        vm.assertEq(hostile.balanceOf(address(vault)), 4, "as held");
    }

    function hireData(JobSpec memory spec) private view returns (bytes memory) {
        Quote memory quote = quoteOf(spec);
        return abi.encode(spec, quote, sign(Keys.OPERATOR, quote));
    }

    function malformed(bytes memory data) private {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.InvalidCallData.selector));
        vm.prank(buyer);
        vault.depositAndCall(address(token), 0, noPermit, address(market), 0, data);
    }

    function slice(bytes memory data, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; i++) part[i] = data[i];
    }

    function withWord(bytes memory data, uint256 word, uint256 value) private pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(add(add(copy, 0x20), mul(word, 0x20)), value)
        }
    }
}
