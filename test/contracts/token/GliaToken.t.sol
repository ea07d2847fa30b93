// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";

import {GliaToken} from "../../../contracts/token/GliaToken.sol";
import {Keys} from "../helpers/Keys.sol";
import {Permit} from "../../../contracts/interfaces/IVault.sol";
import {Ledgers} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";

/// @notice What GLIA adds to OpenZeppelin's token: who mints, the cap, and votes by timestamp.
contract GliaTokenTest is Ledgers {
    uint256 private constant CAP = 1e9 * 1e18;
    GliaToken private gov;

    function setUp() public override {
        super.setUp();
        gov = GliaToken(address(glia));
    }

    function test_OnlyGovernanceMints() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        gov.mint(stranger, 1);
    }

    function test_TheCapHoldsAndBurningMakesRoom() public {
        gov.mint(buyer, CAP);
        vm.expectRevert(abi.encodeWithSelector(ERC20Capped.ERC20ExceededCap.selector, CAP + 1, CAP));
        gov.mint(buyer, 1);
        vm.prank(buyer);
        gov.burn(2);
        gov.mint(buyer, 2);
        vm.assertEq(gov.totalSupply(), CAP, "supply");
        vm.assertEq(gov.cap(), CAP, "cap");
    }

    function test_VotesAreCountedByTimestamp() public {
        gov.mint(buyer, 10);
        vm.assertEq(gov.CLOCK_MODE(), "mode=timestamp", "mode");
        vm.assertEq(gov.clock(), block.timestamp, "clock");
        vm.prank(buyer);
        gov.delegate(stranger);
        vm.warp(START + 1);
        vm.prank(buyer);
        gov.transfer(rival, 4);
        vm.warp(START + 2);
        vm.assertEq(gov.getPastVotes(stranger, START), 10, "before");
        vm.assertEq(gov.getPastVotes(stranger, START + 1), 6, "after");
        vm.assertEq(gov.getVotes(stranger), 6, "now");
        vm.assertEq(gov.getPastDelegate(buyer, START + 1), stranger, "who was delegated to");
        vm.assertEq(gov.getPastBalanceOf(buyer, START), 10, "balance before");
        vm.assertEq(gov.getPastBalanceOf(rival, START + 1), 4, "balance after");
    }

    function test_OneNonceServesPermitsAndDelegations() public {
        gov.mint(buyer, 10);
        Permit memory permit = permitFor(Keys.BUYER, glia, stranger, 3);
        gov.permit(buyer, stranger, permit.value, permit.deadline, permit.v, permit.r, permit.s);
        vm.assertEq(gov.allowance(buyer, stranger), 3, "allowance");
        vm.assertEq(gov.nonces(buyer), 1, "nonce");
        bytes32 hash = keccak256(
            abi.encode(keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)"), rival, 1, START)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            Keys.BUYER,
            keccak256(abi.encodePacked(hex"1901", gov.DOMAIN_SEPARATOR(), hash))
        );
        gov.delegateBySig(rival, 1, START, v, r, s);
        vm.assertEq(gov.getVotes(rival), 10, "votes");
        vm.assertEq(gov.nonces(buyer), 2, "nonce");
    }
}
