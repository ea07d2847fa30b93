// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {AssuranceLevel, JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote} from "../../../contracts/types/Quote.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice Each member of a spec at and beyond its bounds: `hire`, `post` and `take` share these checks.
contract SpecBoundsTest is World {
    function test_AJobWithoutItemsIsRefused() public {
        JobSpec memory spec = specOf();
        spec.items = 0;
        outOfBounds(spec, "items", 0, 1, type(uint32).max);
    }

    function test_DeterminismIsZeroOrOneAndOneForCheckedLevels() public {
        JobSpec memory spec = specOf();
        spec.determinism = 2;
        outOfBounds(spec, "determinism", 2, 0, 1);
        spec.level = AssuranceLevel.Audited;
        spec.determinism = 0;
        outOfBounds(spec, "determinism", 0, 1, 1);
    }

    function test_AnOptimisticJobHasNoAuditPot() public {
        JobSpec memory spec = specOf();
        spec.auditPot = 1;
        outOfBounds(spec, "auditPot", 1, 0, 0);
    }

    function test_TheCheckProbabilityIsBoundedByGovernanceAndOne() public {
        JobSpec memory spec = specOf();
        spec.checkBps = 199;
        outOfBounds(spec, "checkBps", 199, 200, 10_000);
        spec.checkBps = 10_001;
        outOfBounds(spec, "checkBps", 10_001, 200, 10_000);
        spec.checkBps = 10_000;
        hire(spec);
    }

    function test_AnAuditorSamplesOneToSixtyFourItems() public {
        JobSpec memory spec = specOf();
        spec.sampleSize = 0;
        outOfBounds(spec, "sampleSize", 0, 1, 64);
        spec.sampleSize = 65;
        outOfBounds(spec, "sampleSize", 65, 1, 64);
        spec.sampleSize = 64;
        hire(spec);
    }

    function test_TheExecutionWindowIsOneSecondToThirtyDays() public {
        JobSpec memory spec = specOf();
        spec.executionWindow = 0;
        outOfBounds(spec, "executionWindow", 0, 1, 30 days);
        spec.executionWindow = 30 days + 1;
        outOfBounds(spec, "executionWindow", 30 days + 1, 1, 30 days);
        spec.executionWindow = 30 days;
        hire(spec);
    }

    function test_TheRejectWindowEndsWithTheExecution() public {
        JobSpec memory spec = specOf();
        spec.rejectWindow = spec.executionWindow + 1;
        outOfBounds(spec, "rejectWindow", spec.rejectWindow, 0, spec.executionWindow);
        spec.rejectWindow = spec.executionWindow;
        hire(spec);
    }

    function test_TheChallengeWindowIsGovernancesMinimumToFourteenDays() public {
        JobSpec memory spec = specOf();
        spec.challengeWindow = 6 hours - 1;
        outOfBounds(spec, "challengeWindow", 6 hours - 1, 6 hours, 14 days);
        spec.challengeWindow = 14 days + 1;
        outOfBounds(spec, "challengeWindow", 14 days + 1, 6 hours, 14 days);
        spec.challengeWindow = 14 days;
        hire(spec);
    }

    function test_ALevelWithoutItsModuleIsRefused() public {
        JobSpec memory spec = specOf();
        spec.token = stranger;
        for (uint8 level = 1; level < 3; level++) {
            spec.level = AssuranceLevel(level);
            refused(spec, abi.encodeWithSelector(IJobMarketErrors.LevelUnavailable.selector, level));
            moduleFor(spec.level);
            spec.token = address(token);
            spec.salt = bytes32(uint256(level));
            hire(spec);
            market.setModule(spec.level, address(0));
            spec.salt = 0;
            refused(spec, abi.encodeWithSelector(IJobMarketErrors.LevelUnavailable.selector, level));
        }
    }

    function test_AGainBelowThePriceIsRefused() public {
        JobSpec memory spec = specOf();
        spec.declaredGain = PRICE - 1;
        bytes memory why = abi.encodeWithSelector(IJobMarketErrors.GainBelowPrice.selector, PRICE - 1, PRICE);
        refusedHire(spec, why);
        spec.maxPrice = PRICE;
        refusedPost(spec, why);
        spec.declaredGain = PRICE;
        hire(spec);
    }

    function test_UnlistedAndDelistedTokensAreRefused() public {
        JobSpec memory spec = specOf();
        spec.token = stranger;
        refused(spec, abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, stranger));
        spec.token = address(token);
        market.delistToken(address(token));
        refused(spec, abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, token));
    }

    function test_AnOldRateIsRefusedAndARenewedOneIsGood() public {
        vm.warp(START + 7 days + 1);
        JobSpec memory spec = specOf();
        refused(spec, abi.encodeWithSelector(IJobMarketErrors.StaleRate.selector, token, START, 7 days));
        vm.warp(START + 7 days);
        hire(specOf());
    }

    function test_GliaItselfIsAlwaysAGoodToken() public {
        vm.warp(START + 365 days);
        fund(buyer, address(glia), 1e18);
        allow(buyer, address(glia), 1e18);
        JobSpec memory spec = specOf();
        spec.token = address(glia);
        (uint128 rate, uint64 updatedAt) = market.listing(address(glia));
        vm.assertEq(rate, 1e18, "rate");
        vm.assertEq(updatedAt, block.timestamp, "age");
        hire(spec);
    }

    function test_WordsWithDirtyHighBitsAreRefused() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory clean = abi.encodeCall(market.hire, (spec, quote, sign(Keys.OPERATOR, quote)));
        for (uint256 word = 0; word < 32; word++) {
            bytes memory dirty = bytes.concat(clean);
            uint8 before = uint8(dirty[4 + 32 * word]);
            dirty[4 + 32 * word] = bytes1(before ^ 0x80);
            vm.prank(buyer);
            // A low-level call, because the data is malformed on purpose.
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = address(market).call(dirty);
            vm.assertFalse(ok, "every word of spec and quote is validated or signed");
        }
        vm.prank(buyer);
        // A low-level call, because the data is malformed on purpose.
        // solhint-disable-next-line avoid-low-level-calls
        (bool good, ) = address(market).call(clean);
        vm.assertTrue(good, "the clean call works");
    }

    function test_DirtyHighBitsAreRefusedInPosts() public {
        bytes memory clean = abi.encodeCall(market.post, (specOf(), ""));
        // Of these words all 32 bytes are the buyer's to choose: they have no high bits.
        uint256 full = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 24) | (1 << 25);
        for (uint256 word = 0; word < 26; word++) {
            bytes memory dirty = bytes.concat(clean);
            uint8 before = uint8(dirty[4 + 32 * word]);
            dirty[4 + 32 * word] = bytes1(before ^ 0x80);
            vm.prank(buyer);
            // A low-level call, because the data is malformed on purpose.
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory why) = address(market).call(dirty);
            vm.assertEq(ok, (full >> word) & 1 == 1, "only clean words make a job");
            // Words that are read on the way are refused by the compiler's own checks, without data.
            if (!ok && why.length != 0) vm.assertEq(bytes4(why), IJobMarketErrors.MalformedSpec.selector, "why");
        }
    }

    function outOfBounds(JobSpec memory spec, bytes32 field, uint256 value, uint256 min, uint256 max) private {
        refused(spec, abi.encodeWithSelector(IBounds.OutOfBounds.selector, field, value, min, max));
    }

    function refused(JobSpec memory spec, bytes memory why) private {
        refusedHire(spec, why);
        refusedPost(spec, why);
    }

    function refusedHire(JobSpec memory spec, bytes memory why) private {
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.OPERATOR, quote);
        vm.expectRevert(why);
        vm.prank(buyer);
        market.hire(spec, quote, signature);
    }

    function refusedPost(JobSpec memory spec, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(buyer);
        market.post(spec, "");
    }
}
