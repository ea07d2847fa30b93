// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "../helpers/Vm.sol";
import {Handler} from "./Handler.sol";
import {JobActions} from "./JobActions.sol";
import {MoneyActions} from "./MoneyActions.sol";

/// @notice Named here because the runner knows the contracts of this file only.
contract History is Handler {}

/// @notice PROTOCOL section 9 over random histories of two honest markets and a malicious one.
contract InvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    function setUp() public {
        handler = new History();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), actions());
    }

    function invariant_EveryLedgerIsTheSumOfItsOwnersActs() public view {
        handler.checkVault();
        handler.checkRegistry();
    }

    /// @dev At the end of each history.
    function afterInvariant() public {
        handler.checkJobs();
        handler.windDown();
        handler.checkVault();
        handler.checkRegistry();
        handler.checkJobs();
        vm.assertGe(handler.variety(), 8, "a history has at least 8 kinds of acts");
    }

    function test_EveryActionSucceedsAtLeastOnce() public {
        bytes4[] memory selectors = actions();
        for (uint256 i = 0; i < 4_000; i++) {
            bytes32 seed = keccak256(abi.encode("glia", i));
            bytes4 action = selectors[uint256(seed) % selectors.length];
            bytes32 second = keccak256(abi.encode(seed));
            // A low-level call, because actions are chosen by number.
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory why) = address(handler).call(
                bytes.concat(action, bytes32(uint256(second) >> 32), seed >> 160, seed >> 165, seed >> 170)
            );
            if (ok) continue;
            assembly ("memory-safe") {
                revert(add(why, 0x20), mload(why))
            }
        }
        handler.checkVault();
        handler.checkRegistry();
        handler.checkJobs();
        requireAllActs();
    }

    function requireAllActs() private view {
        bytes32[33] memory names = [
            bytes32("deposit"),
            "withdraw",
            "allow",
            "collect",
            "stake",
            "unstake",
            "moveStake",
            "register",
            "deregister",
            "bumpQuoteNonce",
            "wait",
            "vote",
            "abuse escrow",
            "abuse release",
            "abuse stake",
            "steal",
            "hire",
            "hire sponsored",
            "post",
            "take",
            "cancel",
            "reject",
            "reveal",
            "accept",
            "expire",
            "settle",
            "default",
            "settleMany",
            "commit",
            "module reveal",
            "refute",
            "open challenge",
            "close challenge"
        ];
        for (uint256 i = 0; i < names.length; i++) {
            vm.assertGt(handler.done(names[i]), 0, string(abi.encodePacked("never: ", names[i])));
        }
    }

    function actions() private pure returns (bytes4[] memory list) {
        list = new bytes4[](28);
        bytes4[24] memory each = [
            MoneyActions.deposit.selector,
            MoneyActions.withdraw.selector,
            bytes4(keccak256("allow(uint256,uint256,uint256,uint256)")),
            MoneyActions.collect.selector,
            MoneyActions.stake.selector,
            MoneyActions.unstake.selector,
            MoneyActions.moveStake.selector,
            MoneyActions.register.selector,
            MoneyActions.wait.selector,
            MoneyActions.vote.selector,
            MoneyActions.abuse.selector,
            MoneyActions.abuseStake.selector,
            MoneyActions.steal.selector,
            JobActions.hireAction.selector,
            JobActions.postAction.selector,
            JobActions.takeAction.selector,
            JobActions.cancelAction.selector,
            JobActions.rejectAction.selector,
            JobActions.revealAction.selector,
            JobActions.acceptAction.selector,
            JobActions.timeoutAction.selector,
            JobActions.settleManyAction.selector,
            Handler.moduleAction.selector,
            Handler.challengeAction.selector
        ];
        for (uint256 i = 0; i < 24; i++) list[i] = each[i];
        // The beginnings of jobs come more often, so that there is something to end.
        (list[24], list[25]) = (JobActions.revealAction.selector, JobActions.hireAction.selector);
        (list[26], list[27]) = (JobActions.hireAction.selector, Handler.moduleAction.selector);
    }
}
