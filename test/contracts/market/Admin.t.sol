// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IJobMarketAdmin} from "../../../contracts/interfaces/IJobMarketAdmin.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {AssuranceLevel} from "../../../contracts/types/JobSpec.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice What governance may set, and the hard bounds that it cannot cross.
contract AdminTest is World {
    address private constant NEW = address(0x7E57);

    function test_TheConstructorRefusesZeroAddressesAndBadParameters() public {
        address[3] memory parts = [address(vault), address(registry), address(glia)];
        for (uint256 i = 0; i < 3; i++) {
            address[3] memory given = parts;
            given[i] = address(0);
            vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.ZeroAddress.selector));
            Deploy.create("JobMarket", abi.encode(authority, given[0], given[1], given[2], defaults()));
        }
        Parameters memory p = defaults();
        p.feeBps = 1_001;
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("feeBps"), 1_001, 0, 1_000));
        Deploy.create("JobMarket", abi.encode(authority, vault, registry, glia, p));
        vm.assertEq(market.vault(), address(vault), "vault");
        vm.assertEq(market.registry(), address(registry), "registry");
        vm.assertEq(market.glia(), address(glia), "glia");
    }

    function test_EveryParameterHasHardBounds() public {
        bytes32[9] memory names = [
            bytes32("feeBps"),
            "missSlashBps",
            "burnBps",
            "bountyBps",
            "rewardBps",
            "minCheckBps",
            "honestShareBps",
            "minChallengeWindow",
            "maxRateAge"
        ];
        uint32[9] memory lows = [uint32(0), 100, 5_000, 0, 0, 100, 1_000, 1, 1 minutes];
        uint32[9] memory highs = [uint32(1_000), 5_000, 9_000, 2_000, 9_000, 10_000, 9_000, 14 days, 30 days];
        for (uint256 field = 0; field < 9; field++) {
            market.setParameters(withField(field, lows[field]));
            market.setParameters(withField(field, highs[field]));
            if (lows[field] > 0) badField(field, names[field], lows[field] - 1, lows[field], highs[field]);
            badField(field, names[field], highs[field] + 1, lows[field], highs[field]);
        }
    }

    function test_ParametersAreReadBackAndLeaveTheRestOfTheSlotAlone() public {
        moduleFor(AssuranceLevel.Proved);
        market.pause(uint64(block.timestamp) + 5);
        for (uint256 field = 0; field < 9; field++) {
            Parameters memory p = withField(field, 5_000);
            if (field == 0 || field == 3) p = withField(field, 777);
            vm.expectEmit(address(market));
            emit IJobMarketAdmin.ParametersSet(p);
            market.setParameters(p);
            vm.assertEq(abi.encode(market.parameters()), abi.encode(p), "parameters");
        }
        vm.assertEq(market.pausedUntil(), block.timestamp + 5, "pause");
        vm.assertTrue(market.moduleOf(AssuranceLevel.Proved) != address(0), "module");
    }

    function test_ListTokenRefusesInSourceOrder() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.ZeroAddress.selector));
        market.listToken(address(0), RATE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.AlreadyListed.selector, glia));
        market.listToken(address(glia), RATE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.AlreadyListed.selector, token));
        market.listToken(address(token), RATE);
        (uint128 rate, uint64 updatedAt) = market.listing(NEW);
        vm.assertEq(uint256(rate) + updatedAt, 0, "not listed");

        vm.expectEmit(address(market));
        emit IJobMarketAdmin.TokenListed(NEW, RATE);
        market.listToken(NEW, RATE);
        (rate, updatedAt) = market.listing(NEW);
        vm.assertEq(rate, RATE, "rate");
        vm.assertEq(updatedAt, block.timestamp, "age");
    }

    function test_ARateTooSmallToMoveIsRefused() public {
        bytes memory why = abi.encodeWithSelector(
            IBounds.OutOfBounds.selector,
            bytes32("gliaPerToken"),
            99,
            100,
            type(uint128).max
        );
        vm.expectRevert(why);
        market.listToken(NEW, 99);
        vm.expectRevert(why);
        market.setGliaPerToken(address(token), 99);
    }

    function test_DelistingAndListingAgainIsNoWayAroundTheBound() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, NEW));
        market.delistToken(NEW);
        vm.expectEmit(address(market));
        emit IJobMarketAdmin.TokenDelisted(address(token));
        market.delistToken(address(token));
        (uint128 rate, ) = market.listing(address(token));
        vm.assertEq(rate, 0, "delisted");
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.RateChangeTooLarge.selector, RATE + 1, RATE, RATE));
        market.listToken(address(token), RATE + 1);
        market.listToken(address(token), RATE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, glia));
        market.delistToken(address(glia));
    }

    function test_ARateChangesByABoundedShareOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, NEW));
        market.setGliaPerToken(NEW, RATE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, glia));
        market.setGliaPerToken(address(glia), RATE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.RateChangeTooLarge.selector, RATE + 1, RATE, RATE));
        market.setGliaPerToken(address(token), RATE + 1);
        vm.warp(block.timestamp + 1 days);
        vm.expectEmit(address(market));
        emit IJobMarketAdmin.RateSet(address(token), RATE);
        market.setGliaPerToken(address(token), RATE);
        (, uint64 updatedAt) = market.listing(address(token));
        vm.assertEq(updatedAt, block.timestamp, "renewed");
    }

    function testFuzz_HoweverOftenARateIsRaisedItsGrowthInADayIsBounded(uint32[24] memory waits) public {
        // Times are counted from START, because the optimizer reads the clock anew where a local variable was set from it.
        uint256 time = START + 30 days;
        vm.warp(time);
        uint256 rate = RATE;
        for (uint256 i = 0; i < waits.length; i++) {
            (uint256 low, uint256 high) = bandOf();
            vm.assertLe(high * 100, rate * 134, "one step");
            vm.assertGe(low * 134, rate * 100, "one step down");
            market.setGliaPerToken(address(token), uint128(high));
            rate = high;
            time += waits[i] % 4 hours;
            if (time > START + 31 days) break;
            vm.warp(time);
        }
        vm.assertLt(rate, uint256(RATE) * 2, "no rate doubles within 24 hours");
    }

    function test_TheLargestRateCanBeRenewed() public {
        market.listToken(NEW, type(uint128).max);
        vm.warp(START + 1 days);
        market.setGliaPerToken(NEW, type(uint128).max);
        (uint128 rate, ) = market.listing(NEW);
        vm.assertEq(rate, type(uint128).max, "rate");
    }

    function test_ModulesAreSetAndRemoved() public {
        for (uint8 level = 0; level < 3; level++) {
            vm.expectEmit(address(market));
            emit IJobMarketAdmin.ModuleSet(AssuranceLevel(level), NEW);
            market.setModule(AssuranceLevel(level), NEW);
            vm.assertEq(market.moduleOf(AssuranceLevel(level)), NEW, "set");
        }
        market.setModule(AssuranceLevel.Audited, address(0));
        vm.assertEq(market.moduleOf(AssuranceLevel.Optimistic), NEW, "kept");
        vm.assertEq(market.moduleOf(AssuranceLevel.Audited), address(0), "removed");
        vm.assertEq(market.moduleOf(AssuranceLevel.Proved), NEW, "kept");
    }

    function test_APauseLastsAtMostSevenDaysAndOnlyGetsShorter() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IBounds.OutOfBounds.selector,
                bytes32("until"),
                START + 7 days + 1,
                START,
                START + 7 days
            )
        );
        market.pause(uint64(START + 7 days + 1));
        vm.expectEmit(address(market));
        emit IJobMarketAdmin.PausedUntil(uint64(START + 6 days));
        market.pause(uint64(START + 6 days));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.PauseTooSoon.selector, START + 13 days));
        market.pause(uint64(START + 6 days + 1));
        market.pause(uint64(START + 5 days));
        vm.warp(START + 1 days);
        market.pause(0);
        vm.assertEq(market.pausedUntil(), START + 1 days, "ended");
        hired();
        vm.warp(START + 8 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.PauseTooSoon.selector, START + 8 days));
        market.pause(uint64(START + 9 days));
        vm.warp(START + 8 days);
        market.pause(uint64(START + 9 days));
    }

    function test_EndingAPauseThatIsNotRunningDoesNotForbidTheNext() public {
        market.pause(0);
        market.pause(uint64(block.timestamp) + 1);
        vm.assertEq(market.pausedUntil(), block.timestamp + 1, "paused");
    }

    function bandOf() private returns (uint256 low, uint256 high) {
        try market.setGliaPerToken(address(token), type(uint128).max) {} catch (bytes memory why) {
            (low, high) = bandIn(why);
        }
    }

    /// @dev Reads min and max out of {RateChangeTooLarge}.
    function bandIn(bytes memory why) private pure returns (uint256 low, uint256 high) {
        assembly ("memory-safe") {
            low := mload(add(why, 0x44))
            high := mload(add(why, 0x64))
        }
    }

    function withField(uint256 field, uint32 value) private pure returns (Parameters memory p) {
        p = defaults();
        assembly ("memory-safe") {
            mstore(add(p, mul(field, 0x20)), value)
        }
    }

    function badField(uint256 field, bytes32 name, uint32 value, uint256 low, uint256 high) private {
        Parameters memory p = withField(field, value);
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, name, value, low, high));
        market.setParameters(p);
    }
}
