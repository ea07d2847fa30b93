// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {AssuranceLevel, JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {Quote, Sponsorship} from "../../../contracts/types/Quote.sol";
import {Terms} from "../../../contracts/types/Terms.sol";
import {Deploy} from "./Deploy.sol";
import {Digests} from "./Digests.sol";
import {Keys} from "./Keys.sol";
import {Ledgers} from "./Ledgers.sol";
import {vm} from "./Vm.sol";

/// @notice A market with a listed token, a buyer with money and two providers with stake; and a model of what jobs must look like, written
/// a second time from PROTOCOL and the types' documentation.
abstract contract World is Ledgers {
    uint128 internal constant PRICE = 8e6;
    uint128 internal constant MAX_PRICE = 10e6;
    uint96 internal constant COLLATERAL = 400e18;
    uint96 internal constant STAKE = 100_000e18;
    uint128 internal constant RATE = 1e30;
    uint256 internal constant FUNDS = 1_000e6;
    bytes32 internal constant ROOT = bytes32(uint256(0x60D));
    bytes32 internal constant OUTPUT = bytes32(uint256(0xF11E));

    IJobMarket internal market;

    function setUp() public virtual override {
        super.setUp();
        market = newMarket(defaults());
        market.listToken(address(token), RATE);
        fund(buyer, address(token), FUNDS);
        allow(buyer, address(token), type(uint256).max);
        stakeAt(provider, address(market), STAKE);
        enroll(provider, operator, 7);
        stakeAt(rival, address(market), STAKE);
        enroll(rival, rival, 1);
    }

    function newMarket(Parameters memory parameters) internal returns (IJobMarket) {
        return IJobMarket(Deploy.create("JobMarket", abi.encode(authority, vault, registry, glia, parameters)));
    }

    function defaults() internal pure returns (Parameters memory) {
        return
            Parameters({
                feeBps: 100,
                missSlashBps: 1_000,
                burnBps: 5_000,
                bountyBps: 500,
                rewardBps: 5_000,
                minCheckBps: 200,
                honestShareBps: 5_000,
                minChallengeWindow: 6 hours,
                maxRateAge: 7 days
            });
    }

    function allow(address account, address asset, uint256 amount) internal {
        vm.prank(account);
        vault.allow(address(market), asset, amount);
    }

    function specOf() internal view returns (JobSpec memory spec) {
        spec.buyer = buyer;
        spec.payer = buyer;
        spec.modelId = keccak256("model");
        spec.modelDigest = keccak256("model file");
        spec.batchRoot = keccak256("batch");
        spec.inputDigest = keccak256("batch file");
        spec.items = 64;
        spec.maxItemOutputBytes = 40;
        spec.token = address(token);
        spec.startPrice = 1e6;
        spec.maxPrice = MAX_PRICE;
        spec.auctionStart = uint64(block.timestamp);
        spec.auctionEnd = uint64(block.timestamp) + 900;
        spec.rejectWindow = 60;
        spec.executionWindow = 600;
        spec.challengeWindow = 6 hours;
        spec.checkBps = 1_000;
        spec.sampleSize = 8;
        spec.declaredGain = MAX_PRICE;
        spec.minStake = 1_000e18;
        spec.capabilities = 1;
        spec.determinism = 1;
        spec.salt = keccak256("salt");
    }

    function idOf(JobSpec memory spec) internal view returns (JobId) {
        return Digests.jobId(spec, address(market), block.chainid);
    }

    function quoteOf(JobSpec memory spec) internal view returns (Quote memory) {
        return quoteOf(spec, registry.provider(provider).quoteNonce);
    }

    function quoteOf(JobSpec memory spec, uint32 nonce) internal view returns (Quote memory quote) {
        quote.provider = provider;
        quote.jobId = idOf(spec);
        quote.price = PRICE;
        quote.collateral = COLLATERAL;
        quote.expiry = uint64(block.timestamp) + 60;
        quote.nonce = nonce;
    }

    function sign(uint256 key, Quote memory quote) internal view returns (bytes memory) {
        return Keys.sign(key, Digests.quote(quote, address(market), block.chainid));
    }

    function sign(uint256 key, Sponsorship memory sponsorship) internal view returns (bytes memory) {
        return Keys.sign(key, Digests.sponsorship(sponsorship, address(market), block.chainid));
    }

    /// @dev What the job must be after `hire` or `take` in this block at today's parameters.
    function modelAssigned(
        JobSpec memory spec,
        address who,
        uint128 price,
        uint96 collateral
    ) internal view returns (Job memory job) {
        job.buyer = spec.buyer;
        job.payer = spec.payer;
        job.provider = who;
        job.operator = registry.provider(who).operator;
        job.token = spec.token;
        job.money = modelMoney(price, collateral);
        job.terms = modelTerms(
            spec,
            market.parameters(),
            block.timestamp + spec.rejectWindow,
            block.timestamp + spec.executionWindow
        );
        job.module = market.moduleOf(spec.level);
    }

    function modelOpen(JobSpec memory spec) internal pure returns (Job memory job) {
        Parameters memory none;
        job.buyer = spec.buyer;
        job.payer = spec.payer;
        job.token = spec.token;
        job.money = modelMoney(spec.maxPrice + spec.auditPot, 0);
        job.terms = modelTerms(spec, none, 0, spec.auctionEnd);
    }

    function modelRevealed(Job memory job, bytes32 root) internal view returns (Job memory next) {
        next = abi.decode(abi.encode(job), (Job));
        next.terms = withDeadline(job.terms, block.timestamp + ((Terms.unwrap(job.terms) >> 88) & 0xffffffff));
        next.resultRoot = root;
    }

    function modelMoney(uint128 price, uint96 collateral) internal pure returns (Money) {
        return Money.wrap(uint256(bytes32(abi.encodePacked(uint32(0), collateral, price))));
    }

    function modelTerms(
        JobSpec memory spec,
        Parameters memory p,
        uint256 rejectDeadline,
        uint256 deadline
    ) internal pure returns (Terms) {
        bytes memory times = abi.encodePacked(uint40(deadline), uint40(rejectDeadline), spec.challengeWindow);
        bytes memory shares = abi.encodePacked(p.rewardBps, p.bountyBps, p.burnBps, p.missSlashBps, p.feeBps);
        return Terms.wrap(uint256(bytes32(abi.encodePacked(uint56(0), times, shares, uint8(spec.level)))));
    }

    function withDeadline(Terms terms, uint256 deadline) internal pure returns (Terms) {
        uint256 low = Terms.unwrap(terms) & ((1 << 160) - 1);
        return Terms.wrap(low | (deadline << 160));
    }

    function deadlineOf(Job memory job) internal pure returns (uint256) {
        return (Terms.unwrap(job.terms) >> 160) & 0xffffffffff;
    }

    function rejectDeadlineOf(Job memory job) internal pure returns (uint256) {
        return (Terms.unwrap(job.terms) >> 120) & 0xffffffffff;
    }

    /// @dev The default job, hired by quote.
    function hired() internal returns (JobId id, Job memory job) {
        return hire(specOf());
    }

    function hire(JobSpec memory spec) internal returns (JobId id, Job memory job) {
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.OPERATOR, quote);
        job = modelAssigned(spec, provider, quote.price, quote.collateral);
        vm.prank(spec.buyer);
        id = market.hire(spec, quote, signature);
        assertJob(id, JobStatus.Assigned, job);
    }

    function posted(JobSpec memory spec) internal returns (JobId id, Job memory job) {
        job = modelOpen(spec);
        vm.prank(spec.buyer);
        id = market.post(spec, "https://buyer.example");
        assertJob(id, JobStatus.Open, job);
    }

    function revealed() internal returns (JobId id, Job memory job) {
        (id, job) = hired();
        job = reveal(id, job);
    }

    function reveal(JobId id, Job memory job) internal returns (Job memory next) {
        next = modelRevealed(job, ROOT);
        vm.prank(job.operator);
        market.reveal(id, job, ROOT, OUTPUT);
        assertJob(id, JobStatus.Revealed, next);
    }

    function moduleFor(AssuranceLevel level) internal returns (address module) {
        module = Deploy.create("MockModule", abi.encode(market));
        market.setModule(level, module);
    }

    /// @dev The market kept exactly this struct, and `job` is what the second formula says.
    function assertJob(JobId id, JobStatus status, Job memory job) internal view {
        assertStatus(id, status, 0);
        (, , uint232 hash) = market.statusOf(id);
        vm.assertEq(hash, uint232(uint256(keccak256(abi.encode(job)))), "job hash");
    }

    function assertStatus(JobId id, JobStatus status, uint16 challenges) internal view {
        (JobStatus got, uint16 open, ) = market.statusOf(id);
        vm.assertEq(uint8(got), uint8(status), "status");
        vm.assertEq(open, challenges, "open challenges");
    }

    function assertClosed(JobId id, JobStatus status) internal view {
        assertStatus(id, status, 0);
        (, , uint232 hash) = market.statusOf(id);
        bool unserved = status == JobStatus.Rejected || status == JobStatus.Defaulted;
        vm.assertEq(hash != 0, unserved, "of final states only those without service keep their hash");
    }

    function assertBalance(address account, uint256 amount, string memory why) internal view {
        vm.assertEq(vault.balanceOf(account, address(token)), amount, why);
    }

    function assertEscrow(uint256 amount, uint256 fees) internal view {
        (uint128 escrow, uint128 setAside) = vault.escrowOf(address(market), address(token));
        vm.assertEq(escrow, amount, "escrow");
        vm.assertEq(setAside, fees, "fees");
    }

    function assertStake(address account, uint256 free, uint256 locked) internal view {
        vm.assertEq(registry.position(account, address(market)).free, free, "free stake");
        vm.assertEq(registry.position(account, address(market)).locked, locked, "locked stake");
    }
}
