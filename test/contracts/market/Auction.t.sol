// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice `post` and `take`: each refusal in source order, and the rising price.
contract AuctionTest is World {
    bytes32[] private none;

    function test_PostRefusesOtherCallersAndPayers() public {
        JobSpec memory spec = specOf();
        spec.payer = sponsor;
        refusedPost(stranger, spec, abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, stranger, buyer));
        market.pause(uint64(block.timestamp) + 1);
        refusedPost(buyer, spec, abi.encodeWithSelector(IJobMarketErrors.PayerNotBuyer.selector, sponsor, buyer));
        spec.payer = buyer;
        refusedPost(buyer, spec, abi.encodeWithSelector(IJobMarketErrors.IntakePaused.selector, block.timestamp + 1));
    }

    function test_AJobIsPostedOnce() public {
        (JobId id, ) = posted(specOf());
        JobSpec memory spec = specOf();
        refusedPost(
            buyer,
            spec,
            abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, JobStatus.Open, bytes32(uint256(1)))
        );
    }

    function test_AnAuctionsTimesAndPricesAreBounded() public {
        JobSpec memory spec = specOf();
        spec.auctionEnd = 0;
        outOfBounds(spec, "auctionEnd", 0, 1, type(uint40).max);
        spec.auctionEnd = uint64(type(uint40).max) + 1;
        outOfBounds(spec, "auctionEnd", spec.auctionEnd, 1, type(uint40).max);
        spec = specOf();
        spec.auctionStart = spec.auctionEnd;
        outOfBounds(spec, "auctionStart", spec.auctionEnd, 0, spec.auctionEnd - 1);
        spec = specOf();
        spec.startPrice = spec.maxPrice + 1;
        outOfBounds(spec, "startPrice", spec.startPrice, 0, spec.maxPrice);
        spec = specOf();
        (spec.auctionStart, spec.auctionEnd) = (1, uint64(block.timestamp) - 1);
        outOfBounds(spec, "auctionEnd", spec.auctionEnd, block.timestamp, block.timestamp + 30 days);
        spec.auctionEnd = uint64(block.timestamp + 30 days + 1);
        outOfBounds(spec, "auctionEnd", spec.auctionEnd, block.timestamp, block.timestamp + 30 days);
        spec.auctionEnd--;
        posted(spec);
    }

    function test_SourcesHaveAtMost1024Bytes() public {
        bytes memory why = abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("sources"), 1025, 0, 1024);
        vm.startPrank(buyer);
        vm.expectRevert(why);
        market.post(specOf(), string(new bytes(1025)));
        market.post(specOf(), string(new bytes(1024)));
    }

    function test_PostEscrowsTheMaximumAndEmitsAllThatProvidersNeed() public {
        JobSpec memory spec = specOf();
        Job memory job = modelOpen(spec);
        vm.expectEmit(address(market));
        emit IJobMarket.JobPosted(idOf(spec), buyer, spec, job, "https://buyer.example");
        posted(spec);
        assertBalance(buyer, FUNDS - MAX_PRICE, "buyer");
        assertEscrow(MAX_PRICE, 0);
    }

    function test_PostRefusesWithoutAllowance() public {
        allow(buyer, address(token), MAX_PRICE - 1);
        refusedPost(
            buyer,
            specOf(),
            abi.encodeWithSelector(
                IVault.InsufficientAllowance.selector,
                buyer,
                market,
                token,
                MAX_PRICE - 1,
                MAX_PRICE
            )
        );
    }

    function test_TakeRefusesInSourceOrder() public {
        JobSpec memory spec = specOf();
        spec.allowedProviders = leaf(provider);
        JobId id = idOf(spec);
        market.pause(uint64(block.timestamp) + 1);
        refusedTake(
            stranger,
            spec,
            rival,
            abi.encodeWithSelector(IJobMarketErrors.IntakePaused.selector, block.timestamp + 1)
        );
        vm.warp(block.timestamp + 1);
        refusedTake(
            stranger,
            spec,
            rival,
            abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, JobStatus.None, bytes32(uint256(2)))
        );
        posted(spec);
        vm.warp(spec.auctionEnd + 1);
        refusedTake(
            stranger,
            spec,
            rival,
            abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, spec.auctionEnd)
        );
        vm.warp(spec.auctionEnd);
        refusedTake(stranger, spec, rival, abi.encodeWithSelector(IJobMarketErrors.ProviderNotAllowed.selector, rival));
        market.delistToken(address(token));
        refusedTake(stranger, spec, provider, abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, token));
        market.listToken(address(token), RATE);
        refusedTake(
            stranger,
            spec,
            provider,
            abi.encodeWithSelector(IJobMarketErrors.NotProvider.selector, stranger, provider)
        );
    }

    function test_TakeRefusesTooLittleCollateralAndMissingStake() public {
        JobSpec memory spec = specOf();
        posted(spec);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.CollateralTooLow.selector, 380e18 - 1, 380e18));
        vm.prank(provider);
        market.take(spec, provider, 380e18 - 1, none);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, market, STAKE, STAKE + 1)
        );
        vm.prank(provider);
        market.take(spec, provider, STAKE + 1, none);
    }

    function test_AChangedSpecCannotBeTaken() public {
        JobSpec memory spec = specOf();
        posted(spec);
        spec.startPrice = spec.maxPrice;
        refusedTake(
            provider,
            spec,
            provider,
            abi.encodeWithSelector(
                IJobMarketErrors.WrongStatus.selector,
                idOf(spec),
                JobStatus.None,
                bytes32(uint256(2))
            )
        );
    }

    function test_TheFirstTakerGetsThisBlocksPriceAndTheRestReturns() public {
        JobSpec memory spec = specOf();
        (JobId id, ) = posted(spec);
        vm.warp(spec.auctionStart + 300);
        uint128 price = 4e6;
        Job memory job = modelAssigned(spec, provider, price, COLLATERAL);
        vm.expectEmit(address(market));
        emit IJobMarket.JobTaken(id, buyer, provider, job);
        vm.prank(operator);
        market.take(spec, provider, COLLATERAL, none);
        assertJob(id, JobStatus.Assigned, job);
        assertBalance(buyer, FUNDS - price, "buyer");
        assertEscrow(price, 0);
        assertStake(provider, STAKE - COLLATERAL, COLLATERAL);
        refusedTake(
            rival,
            spec,
            rival,
            abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, JobStatus.Assigned, bytes32(uint256(2)))
        );
    }

    function test_TakingAtTheEndPaysTheMaximumAndReturnsNothing() public {
        JobSpec memory spec = specOf();
        posted(spec);
        vm.warp(spec.auctionEnd);
        vm.prank(provider);
        market.take(spec, provider, COLLATERAL, none);
        assertBalance(buyer, FUNDS - MAX_PRICE, "buyer");
    }

    function test_AProofAdmitsOnlyThoseOnTheList() public {
        JobSpec memory spec = specOf();
        bytes32 mine = leaf(provider);
        bytes32 others = leaf(rival);
        spec.allowedProviders =
            mine < others ? keccak256(abi.encodePacked(mine, others)) : keccak256(abi.encodePacked(others, mine));
        posted(spec);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = mine;
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.ProviderNotAllowed.selector, provider));
        vm.prank(provider);
        market.take(spec, provider, COLLATERAL, proof);
        proof[0] = others;
        vm.prank(provider);
        market.take(spec, provider, COLLATERAL, proof);
        assertStatus(idOf(spec), JobStatus.Assigned, 0);
    }

    function testFuzz_ThePriceIsMonotoneBoundedAndLinear(
        uint128[2] memory prices,
        uint40[2] memory times,
        uint64[2] memory at
    ) public view {
        JobSpec memory spec = specOf();
        (spec.startPrice, spec.maxPrice) = prices[0] < prices[1] ? (prices[0], prices[1]) : (prices[1], prices[0]);
        (spec.auctionStart, spec.auctionEnd) = times[0] < times[1] ? (times[0], times[1]) : (times[1], times[0]);
        if (spec.auctionStart == spec.auctionEnd) spec.auctionEnd++;
        (uint64 early, uint64 late) = at[0] < at[1] ? (at[0], at[1]) : (at[1], at[0]);
        uint128 first = market.auctionPrice(spec, early);
        uint128 second = market.auctionPrice(spec, late);
        vm.assertLe(spec.startPrice, first, "not below the start");
        vm.assertLe(first, second, "never falls");
        vm.assertLe(second, spec.maxPrice, "not above the maximum");
        vm.assertEq(market.auctionPrice(spec, spec.auctionStart), spec.startPrice, "start");
        vm.assertEq(market.auctionPrice(spec, spec.auctionEnd), spec.maxPrice, "end");
        uint256 span = spec.auctionEnd - spec.auctionStart;
        uint64 time = spec.auctionStart + uint64(at[0] % span);
        uint256 risen = uint256(market.auctionPrice(spec, time) - spec.startPrice) * span;
        uint256 exact = uint256(spec.maxPrice - spec.startPrice) * (time - spec.auctionStart);
        vm.assertLe(risen, exact, "rounded down");
        vm.assertLt(exact - risen, span, "by less than one unit");
    }

    function leaf(address account) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account))));
    }

    function outOfBounds(JobSpec memory spec, bytes32 field, uint256 value, uint256 min, uint256 max) private {
        refusedPost(buyer, spec, abi.encodeWithSelector(IBounds.OutOfBounds.selector, field, value, min, max));
    }

    function refusedPost(address caller, JobSpec memory spec, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(caller);
        market.post(spec, "");
    }

    function refusedTake(address caller, JobSpec memory spec, address who, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(caller);
        market.take(spec, who, COLLATERAL, none);
    }
}
