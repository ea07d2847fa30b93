// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobRef} from "../../../contracts/interfaces/IJobMarket.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {AssuranceLevel, JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote, Sponsorship} from "../../../contracts/types/Quote.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {Ghosts} from "./Ghosts.sol";

/// @notice Every step of a job's life, as its own party takes it.
abstract contract JobActions is Ghosts {
    function hireAction(uint256 seed, uint256 price, uint256 extra) external {
        JobSpec memory spec = randomSpec(seed, price);
        // A third of the jobs is paid by the sponsor.
        bool sponsored = seed % 3 == 0;
        spec.payer = sponsored ? sponsor : spec.buyer;
        address who = (seed >> 8) % 2 == 0 ? provider : rival;
        uint256 collateral = market.requiredCollateral(spec) + (extra % 1e18);
        if (!canPay(spec, spec.maxPrice + spec.auditPot) || !canLock(who, collateral)) return;
        Quote memory quote = quoteOf(spec, registry.provider(who).quoteNonce);
        (quote.provider, quote.price, quote.collateral) = (who, spec.maxPrice, uint96(collateral));
        bytes memory signature = sign(hotKeyOf(who), quote);
        Job memory job = modelAssigned(spec, who, quote.price, quote.collateral);
        if (sponsored) {
            Sponsorship memory promise_ = Sponsorship(
                sponsor,
                spec.buyer,
                spec.token,
                spec.maxPrice + spec.auditPot,
                uint64(time),
                spec.salt
            );
            bytes memory word = sign(Keys.SPONSOR, promise_);
            vm.prank(spec.buyer);
            market.hireSponsored(spec, quote, signature, promise_, word);
            did("hire sponsored");
        } else {
            vm.prank(spec.buyer);
            market.hire(spec, quote, signature);
            did("hire");
        }
        spend(spec.payer, whereOf(), spec.token, spec.maxPrice + spec.auditPot);
        record(spec, job, JobStatus.Assigned, spec.maxPrice);
        assign(spec, who, collateral);
    }

    function postAction(uint256 seed, uint256 price) external {
        JobSpec memory spec = randomSpec(seed, price);
        uint128 all = spec.maxPrice + spec.auditPot;
        if (!canPay(spec, all)) return;
        vm.prank(spec.buyer);
        market.post(spec, "");
        spend(spec.payer, whereOf(), spec.token, all);
        record(spec, modelOpen(spec), JobStatus.Open, all);
        did("post");
    }

    function takeAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Open));
        if (at == records.length) return;
        Record storage open = records[at];
        use(open.where);
        JobSpec memory spec = open.spec;
        address who = seed % 2 == 0 ? provider : rival;
        uint256 collateral = market.requiredCollateral(spec);
        if (time > spec.auctionEnd || !canLock(who, collateral)) return;
        uint256 price =
            spec.startPrice +
                (uint256(spec.maxPrice - spec.startPrice) * (time - spec.auctionStart)) /
                    (spec.auctionEnd - spec.auctionStart);
        Job memory job = modelAssigned(spec, who, uint128(price), uint96(collateral));
        vm.prank(who);
        market.take(spec, who, uint96(collateral), new bytes32[](0));
        uint256 excess = spec.maxPrice - price;
        balance[spec.payer][spec.token] += excess;
        escrowed[open.where][spec.token] -= excess + spec.auditPot;
        (open.job, open.status, open.escrow) = (job, JobStatus.Assigned, uint128(price));
        assign(spec, who, collateral);
        did("take");
    }

    function cancelAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Open));
        if (at == records.length) return;
        Record storage open = records[at];
        use(open.where);
        vm.prank(open.job.buyer);
        market.cancel(open.id, open.job);
        refund(open);
        close(open, JobStatus.Cancelled);
        did("cancel");
    }

    function rejectAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Assigned));
        if (at == records.length || time > rejectDeadlineOf(records[at].job)) return;
        Record storage job = records[at];
        use(job.where);
        vm.prank(job.job.operator);
        market.reject(job.id, job.job, "");
        unlock(job);
        refund(job);
        close(job, JobStatus.Rejected);
        did("reject");
    }

    function revealAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Assigned));
        if (at == records.length) return;
        Record storage job = records[at];
        if (job.job.module != address(0) || time > endOf(job.job)) return;
        use(job.where);
        job.job = reveal(job.id, job.job);
        job.status = JobStatus.Revealed;
        did("reveal");
    }

    /// @dev Most buyers stay silent, or nothing would be left to settle.
    function acceptAction(uint256 seed) external {
        uint256 at = find(seed >> 8, bit(JobStatus.Revealed));
        if (seed % 4 != 0 || at == records.length || records[at].challenges != 0) return;
        Record storage job = records[at];
        use(job.where);
        vm.prank(job.job.buyer);
        market.accept(job.id, job.job);
        paid(job);
        did("accept");
    }

    function timeoutAction(uint256 seed) external {
        timeout(find(seed >> 8, 1 << (1 + (seed % 4))));
    }

    /// @dev A stranger does whatever time allows: nobody needs the parties to get a job ended.
    function timeout(uint256 at) internal {
        if (at == records.length || time <= endOf(records[at].job) || records[at].challenges != 0) return;
        Record storage job = records[at];
        use(job.where);
        vm.prank(stranger);
        if (job.status == JobStatus.Open) {
            market.expire(job.id, job.job);
            refund(job);
            close(job, JobStatus.Expired);
            did("expire");
        } else if (job.status == JobStatus.Revealed) {
            market.settle(job.id, job.job);
            paid(job);
            did("settle");
        } else {
            market.defaultJob(job.id, job.job);
            uint256 taken = (collateralOf(job.job) * share(job.job, 24)) / 10_000;
            uint256 bounty = (taken * share(job.job, 56)) / 10_000;
            slash(job, taken - bounty, stranger, bounty);
            uint256 rest = collateralOf(job.job) - taken;
            locked[job.job.provider][job.where] -= rest;
            free[job.job.provider][job.where] += rest;
            refund(job);
            close(job, JobStatus.Defaulted);
            did("default");
        }
    }

    function settleManyAction(uint256 seed) external {
        use(seed % 2);
        uint256 first = find(seed >> 8, bit(JobStatus.Revealed));
        uint256 count = records.length < 16 ? records.length : 16;
        JobRef[] memory refs = new JobRef[](count);
        uint256 expected;
        for (uint256 i = 0; i < count; i++) {
            Record storage job = records[(first + i) % records.length];
            refs[i] = JobRef(job.id, job.job);
            if (job.where != seed % 2 || job.status != JobStatus.Revealed) continue;
            if (job.challenges != 0 || time <= endOf(job.job)) continue;
            expected++;
        }
        vm.prank(stranger);
        vm.assertEq(market.settleMany(refs), expected, "settled");
        for (uint256 i = 0; i < count; i++) {
            Record storage job = records[(first + i) % records.length];
            if (job.where != seed % 2 || job.status != JobStatus.Revealed) continue;
            if (job.challenges == 0 && time > endOf(job.job)) paid(job);
        }
        if (expected != 0) did("settleMany");
    }

    function paid(Record storage job) private {
        (uint256 price, address asset) = (priceOf(job.job), job.job.token);
        uint256 fee = (price * share(job.job, 8)) / 10_000;
        balance[job.job.provider][asset] += price - fee;
        fees[job.where][asset] += fee;
        escrowed[job.where][asset] -= price;
        job.escrow = 0;
        unlock(job);
        close(job, JobStatus.Settled);
    }

    function randomSpec(uint256 seed, uint256 price) private returns (JobSpec memory spec) {
        use((seed >> 16) % 2);
        spec = specOf();
        spec.buyer = spec.payer = actors[(seed >> 24) % 5];
        spec.token = assetOf(seed >> 32);
        spec.maxPrice = uint128(price % 100e6);
        spec.startPrice = spec.maxPrice / 3;
        spec.declaredGain = spec.maxPrice;
        (spec.auctionStart, spec.auctionEnd) = (uint64(time), uint64(time + 300));
        (spec.rejectWindow, spec.executionWindow) = (600, 7_200);
        spec.minStake = 0;
        spec.salt = bytes32(++salts);
        if ((seed >> 40) % 2 == 0) return spec;
        spec.level = AssuranceLevel.Audited;
        spec.auditPot = spec.maxPrice / 5;
    }

    function canPay(JobSpec memory spec, uint256 amount) private view returns (bool) {
        return balance[spec.payer][spec.token] >= amount && allowed[spec.payer][whereOf()][spec.token] >= amount;
    }

    function canLock(address who, uint256 collateral) private view returns (bool) {
        return enrolled[who] && free[who][whereOf()] >= collateral;
    }

    function whereOf() private view returns (uint256) {
        return address(market) == markets[0] ? 0 : 1;
    }

    function record(JobSpec memory spec, Job memory job, JobStatus status, uint128 escrow) private {
        Record storage next = records.push();
        (next.id, next.where, next.status, next.escrow) = (idOf(spec), uint8(whereOf()), status, escrow);
        (next.spec, next.job) = (spec, job);
        escrowed[whereOf()][spec.token] += escrow;
        assertJob(next.id, status, job);
    }

    function assign(JobSpec memory spec, address who, uint256 collateral) private {
        free[who][whereOf()] -= collateral;
        locked[who][whereOf()] += collateral;
        balance[address(modules[whereOf()])][spec.token] += spec.auditPot;
    }
}
