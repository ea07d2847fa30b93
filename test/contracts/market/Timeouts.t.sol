// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {MockModule} from "../../../contracts/mocks/MockModule.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {Quote} from "../../../contracts/types/Quote.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice The table of PROTOCOL section 4: nobody can be stuck, and every row that applies today has its test.
contract TimeoutsTest is World {
    uint96 private constant MISS = COLLATERAL / 10;
    uint96 private constant BOUNTY = MISS / 20;

    function test_RowOpenNobodyTookItAnyoneExpiresAndThePayerIsRefunded() public {
        JobSpec memory spec = specOf();
        (JobId id, Job memory job) = posted(spec);
        vm.warp(spec.auctionEnd);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlineNotReached.selector, spec.auctionEnd));
        vm.prank(stranger);
        market.expire(id, job);
        vm.warp(spec.auctionEnd + 1);
        vm.expectEmit(address(market));
        emit IJobMarket.JobExpired(id);
        vm.prank(stranger);
        market.expire(id, job);
        assertClosed(id, JobStatus.Expired);
        assertBalance(buyer, FUNDS, "full refund");
        assertEscrow(0, 0);
    }

    function test_ExpireRefusesOtherStatesAndStructs() public {
        (JobId id, Job memory job) = posted(specOf());
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.WrongJob.selector, id));
        job.payer = stranger;
        market.expire(id, job);
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobMarketErrors.WrongStatus.selector,
                JobId.wrap(0),
                JobStatus.None,
                bytes32(uint256(2))
            )
        );
        market.expire(JobId.wrap(0), job);
    }

    function test_RowAssignedNothingCameAnyoneDefaultsAndEarnsTheBounty() public {
        (JobId id, Job memory job) = hired();
        uint256 supply = glia.totalSupply();
        vm.warp(deadlineOf(job));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlineNotReached.selector, deadlineOf(job)));
        vm.prank(stranger);
        market.defaultJob(id, job);
        vm.warp(deadlineOf(job) + 1);
        vm.expectEmit(address(market));
        emit IJobMarket.JobDefaulted(id, provider, MISS - BOUNTY, stranger, BOUNTY);
        vm.prank(stranger);
        market.defaultJob(id, job);
        assertClosed(id, JobStatus.Defaulted);
        assertBalance(buyer, FUNDS, "full refund");
        assertStake(provider, STAKE - MISS, 0);
        assertStake(stranger, BOUNTY, 0);
        vm.assertEq(glia.totalSupply(), supply - MISS + BOUNTY, "burned but for the bounty");
    }

    function test_DefaultRefusesOtherStatesAndStructs() public {
        (JobId id, Job memory job) = hired();
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobMarketErrors.WrongStatus.selector,
                JobId.wrap(0),
                JobStatus.None,
                bytes32(uint256(12))
            )
        );
        market.defaultJob(JobId.wrap(0), job);
        Job memory next = reveal(id, job);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, JobStatus.Revealed, bytes32(uint256(12)))
        );
        market.defaultJob(id, next);
    }

    function test_AProviderThatDefaultsItselfStillLoses() public {
        (JobId id, Job memory job) = hired();
        vm.warp(deadlineOf(job) + 1);
        vm.prank(provider);
        market.defaultJob(id, job);
        assertStake(provider, STAKE - MISS + BOUNTY, 0);
    }

    function test_TheLateProviderCannotRevealAndThePunctualOneCannotBeDefaulted() public {
        (JobId id, Job memory job) = hired();
        vm.warp(deadlineOf(job) + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, deadlineOf(job)));
        vm.prank(operator);
        market.reveal(id, job, ROOT, OUTPUT);
        vm.prank(stranger);
        market.defaultJob(id, job);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, JobStatus.Defaulted, bytes32(uint256(4)))
        );
        vm.prank(operator);
        market.reveal(id, job, ROOT, OUTPUT);
    }

    function test_RowCommittedNoRevealAnyoneDefaults() public {
        JobSpec memory spec = specOf();
        MockModule module = MockModule(moduleFor(spec.level));
        (JobId id, Job memory job) = hire(spec);
        uint64 revealDeadline = uint64(START) + 100;
        module.commit(id, job, revealDeadline, "data");
        job.terms = withDeadline(job.terms, revealDeadline);
        job.moduleData = "data";
        assertJob(id, JobStatus.Committed, job);
        vm.warp(revealDeadline);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlineNotReached.selector, revealDeadline));
        market.defaultJob(id, job);
        vm.warp(revealDeadline + 1);
        vm.prank(stranger);
        market.defaultJob(id, job);
        assertClosed(id, JobStatus.Defaulted);
        assertBalance(buyer, FUNDS, "full refund");
        assertStake(provider, STAKE - MISS, 0);
    }

    function test_RowRevealedBuyerSilentAnyoneSettles() public {
        (JobId id, Job memory job) = revealed();
        vm.warp(deadlineOf(job) + 1);
        vm.prank(stranger);
        market.settle(id, job);
        assertClosed(id, JobStatus.Settled);
        assertBalance(provider, PRICE - PRICE / 100, "paid");
        assertStake(provider, STAKE, 0);
    }

    function test_APauseStopsNoWayOut() public {
        (JobId id, Job memory job) = posted(specOf());
        JobSpec memory spec = specOf();
        spec.salt = 0;
        (JobId other, Job memory running) = hire(spec);
        market.pause(uint64(block.timestamp) + 7 days);
        vm.prank(buyer);
        market.cancel(id, job);
        running = reveal(other, running);
        vm.prank(buyer);
        market.accept(other, running);
        vm.prank(provider);
        vault.withdraw(address(token), 1, provider);
        vm.prank(provider);
        registry.unstake(address(market), 1, provider);
    }

    function testFuzz_WhatAJobPaysOutIsWhatItTookIn(uint128 price, uint96 collateral, uint16[4] memory shares) public {
        Parameters memory p = defaults();
        p.feeBps = shares[0] % 1_001;
        p.missSlashBps = 100 + (shares[1] % 4_901);
        p.bountyBps = shares[2] % 2_001;
        market.setParameters(p);
        JobSpec memory spec = specOf();
        price = price % (MAX_PRICE + 1);
        collateral = uint96(380e18 + (collateral % 1_000e18));
        (JobId id, Job memory job) = hireAt(spec, price, collateral);
        if (shares[3] % 2 == 0) {
            job = reveal(id, job);
            vm.prank(buyer);
            market.accept(id, job);
            uint256 fee = (uint256(price) * p.feeBps) / 10_000;
            assertBalance(provider, price - fee, "provider");
            assertEscrow(0, fee);
            assertStake(provider, STAKE, 0);
        } else {
            vm.warp(deadlineOf(job) + 1);
            vm.prank(stranger);
            market.defaultJob(id, job);
            uint256 miss = (uint256(collateral) * p.missSlashBps) / 10_000;
            assertBalance(buyer, FUNDS, "buyer");
            assertStake(provider, STAKE - miss, 0);
            assertStake(stranger, (miss * p.bountyBps) / 10_000, 0);
        }
    }

    function hireAt(JobSpec memory spec, uint128 price, uint96 collateral) private returns (JobId id, Job memory job) {
        Quote memory quote = quoteOf(spec);
        (quote.price, quote.collateral) = (price, collateral);
        job = modelAssigned(spec, provider, price, collateral);
        bytes memory signature = sign(Keys.PROVIDER, quote);
        vm.prank(buyer);
        id = market.hire(spec, quote, signature);
        assertJob(id, JobStatus.Assigned, job);
    }
}
