// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {IJobMarketModule} from "../../../contracts/interfaces/IJobMarketModule.sol";
import {MockModule} from "../../../contracts/mocks/MockModule.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {AssuranceLevel, JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Keys} from "../helpers/Keys.sol";
import {Quote} from "../../../contracts/types/Quote.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice What an assurance module can do to a job of its own, and to no other.
contract ModulesTest is World {
    uint128 private constant POT = 2e6;
    uint256 private constant COMMITTED_OR_REVEALED = (1 << 3) | (1 << 4);
    MockModule private module;
    JobId private id;
    Job private job;

    function setUp() public override {
        super.setUp();
        module = MockModule(moduleFor(AssuranceLevel.Audited));
        JobSpec memory spec = specOf();
        spec.level = AssuranceLevel.Audited;
        spec.auditPot = POT;
        Job memory fresh;
        (id, fresh) = hire(spec);
        job = fresh;
    }

    function test_TheModuleHoldsTheAuditPotFromTheAssignmentOn() public view {
        assertBalance(address(module), POT, "pot");
        assertBalance(buyer, FUNDS - PRICE - POT, "buyer");
        assertEscrow(PRICE, 0);
    }

    function test_AnAuctionEscrowsThePotAndFundsTheModuleWhenTaken() public {
        JobSpec memory spec = specOf();
        spec.level = AssuranceLevel.Audited;
        spec.auditPot = POT;
        spec.salt = 0;
        (JobId other, Job memory open) = posted(spec);
        assertEscrow(PRICE + MAX_PRICE + POT, 0);
        vm.prank(buyer);
        market.cancel(other, open);
        assertEscrow(PRICE, 0);
        spec.salt = "again";
        posted(spec);
        vm.prank(provider);
        market.take(spec, provider, COLLATERAL, new bytes32[](0));
        assertBalance(address(module), 2 * POT, "pots");
    }

    function test_APotThatDoesNotFitIsRefusedByName() public {
        JobSpec memory spec = specOf();
        spec.level = AssuranceLevel.Audited;
        spec.salt = 0;
        spec.auditPot = type(uint128).max;
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.OPERATOR, quote);
        bytes memory why = abi.encodeWithSelector(
            IBounds.OutOfBounds.selector,
            bytes32("auditPot"),
            spec.auditPot,
            0,
            type(uint128).max - spec.maxPrice
        );
        vm.startPrank(buyer);
        vm.expectRevert(why);
        market.hire(spec, quote, signature);
        vm.expectRevert(why);
        market.post(spec, "");
    }

    function test_HooksRefuseStatusStructAndCallerInThisOrder() public {
        Job memory other = job;
        other.buyer = stranger;
        bytes memory notModule = abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, stranger, module);
        bytes[5] memory calls = hooks(JobId.wrap(0), job);
        uint256[5] memory allowed = [uint256(4), 12, 24, 24, 24];
        for (uint256 i = 0; i < 5; i++) {
            refused(
                calls[i],
                abi.encodeWithSelector(
                    IJobMarketErrors.WrongStatus.selector,
                    JobId.wrap(0),
                    JobStatus.None,
                    bytes32(allowed[i])
                )
            );
        }
        module.commit(id, job, uint64(START) + 100, 0);
        committed(uint64(START) + 100);
        calls = hooks(id, other);
        for (uint256 i = 1; i < 5; i++) {
            refused(calls[i], abi.encodeWithSelector(IJobMarketErrors.WrongJob.selector, id));
        }
        calls = hooks(id, job);
        for (uint256 i = 1; i < 5; i++) refused(calls[i], notModule);
    }

    function test_AJobWithoutAModuleHasNoHooks() public {
        JobSpec memory spec = specOf();
        (JobId plain, Job memory bare) = hire(spec);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, module, address(0)));
        module.commit(plain, bare, uint64(block.timestamp), 0);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, module, address(0)));
        module.reveal(plain, bare, ROOT, OUTPUT, 6 hours, 0);
        bare = reveal(plain, bare);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, module, address(0)));
        module.openChallenge(plain, bare);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, module, address(0)));
        module.refute(plain, bare, stranger, 0);
    }

    function test_OnlyTheModuleOfTheAssignmentCounts() public {
        MockModule next = MockModule(moduleFor(AssuranceLevel.Audited));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, next, module));
        next.commit(id, job, uint64(block.timestamp), 0);
        module.commit(id, job, uint64(block.timestamp), 0);
        assertStatus(id, JobStatus.Committed, 0);
    }

    function test_AProviderCannotRevealPastTheModule() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotModule.selector, operator, module));
        vm.prank(operator);
        market.reveal(id, job, ROOT, OUTPUT);
    }

    function test_CommitIsBoundInTime() public {
        uint256 end = deadlineOf(job);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, end));
        module.commit(id, job, 0, 0);
        vm.warp(end);
        outOfBounds("revealDeadline", end - 1, end, end + 30 days);
        module.commit(id, job, uint64(end - 1), 0);
        outOfBounds("revealDeadline", end + 30 days + 1, end, end + 30 days);
        module.commit(id, job, uint64(end + 30 days + 1), 0);

        Job memory next = job;
        next.terms = withDeadline(next.terms, end + 30 days);
        next.moduleData = "data";
        vm.expectEmit(address(market));
        emit IJobMarketModule.JobCommitted(id, next);
        module.commit(id, job, uint64(end + 30 days), "data");
        assertJob(id, JobStatus.Committed, next);
    }

    function test_ModuleRevealIsBoundInWindowAndTime() public {
        outOfBounds("challengeWindow", 6 hours - 1, 6 hours, 30 days);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours - 1, 0);
        outOfBounds("challengeWindow", 30 days + 1, 6 hours, 30 days);
        module.reveal(id, job, ROOT, OUTPUT, 30 days + 1, 0);
        vm.warp(deadlineOf(job) + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, deadlineOf(job)));
        module.reveal(id, job, 0, OUTPUT, 6 hours, 0);
        vm.warp(deadlineOf(job));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.ZeroRoot.selector));
        module.reveal(id, job, 0, OUTPUT, 6 hours, 0);

        Job memory next = modelRevealed(job, ROOT);
        next.terms = withDeadline(next.terms, block.timestamp + 1 days);
        next.moduleData = "data";
        vm.expectEmit(address(market));
        emit IJobMarketModule.ModuleDataSet(id, "data");
        module.reveal(id, job, ROOT, OUTPUT, 1 days, "data");
        assertJob(id, JobStatus.Revealed, next);
    }

    function test_ACommittedJobIsRevealedWithItsChallenges() public {
        uint64 end = uint64(START) + 9 days;
        module.commit(id, job, end, 0);
        committed(end);
        module.openChallenge(id, job);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        assertStatus(id, JobStatus.Revealed, 1);
    }

    function test_OpenChallengesKeepTheJobFromSettlingAndDefaulting() public {
        module.commit(id, job, uint64(START) + 100, 0);
        committed(uint64(START) + 100);
        module.openChallenge(id, job);
        vm.warp(START + 101);
        bytes memory why = abi.encodeWithSelector(IJobMarketErrors.ChallengesOpen.selector, id, 1);
        vm.expectRevert(why);
        market.defaultJob(id, job);
        vm.warp(START + 100);
        Job memory next = modelRevealed(job, ROOT);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        vm.warp(deadlineOf(next) + 1);
        vm.expectRevert(why);
        market.settle(id, next);
        vm.expectRevert(why);
        vm.prank(buyer);
        market.accept(id, next);
        module.closeChallenge(id, next);
        market.settle(id, next);
        assertClosed(id, JobStatus.Settled);
    }

    function test_ChallengesAreCountedAndBound() public {
        Job memory next = modelRevealed(job, ROOT);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NoChallengeOpen.selector, id));
        module.closeChallenge(id, next);
        for (uint16 open = 1; open < 3; open++) {
            vm.expectEmit(address(market));
            emit IJobMarketModule.ChallengeCountChanged(id, open);
            module.openChallenge(id, next);
            assertStatus(id, JobStatus.Revealed, open);
        }
        vm.expectEmit(address(market));
        emit IJobMarketModule.ChallengeCountChanged(id, 1);
        module.closeChallenge(id, next);
        vm.warp(deadlineOf(next));
        module.openChallenge(id, next);
        vm.warp(deadlineOf(next) + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, deadlineOf(next)));
        module.openChallenge(id, next);
        module.closeChallenge(id, next);
    }

    function test_TheChallengeCountDoesNotOverflow() public {
        Job memory next = modelRevealed(job, ROOT);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        for (uint256 open = 0; open < type(uint16).max; open++) module.openChallenge(id, next);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TooManyChallenges.selector, id));
        module.openChallenge(id, next);
        assertJobHash(next);
    }

    function test_ARefutedJobRefundsAndBurnsAtLeastItsShare() public {
        Job memory next = modelRevealed(job, ROOT);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        module.openChallenge(id, next);
        outOfBounds("reward", COLLATERAL / 2 + 1, 0, COLLATERAL / 2);
        module.refute(id, next, stranger, COLLATERAL / 2 + 1);

        uint256 supply = glia.totalSupply();
        vm.expectEmit(address(market));
        emit IJobMarketModule.JobRefuted(id, provider, COLLATERAL / 2, stranger, COLLATERAL / 2);
        module.refute(id, next, stranger, COLLATERAL / 2);
        assertClosed(id, JobStatus.Refuted);
        assertBalance(buyer, FUNDS - POT, "refund");
        assertStake(provider, STAKE - COLLATERAL, 0);
        assertStake(stranger, COLLATERAL / 2, 0);
        vm.assertEq(glia.totalSupply(), supply - COLLATERAL / 2, "burned");
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobMarketErrors.WrongStatus.selector,
                id,
                JobStatus.Refuted,
                bytes32(COMMITTED_OR_REVEALED)
            )
        );
        module.refute(id, next, stranger, 0);
    }

    function test_ACommittedJobCanBeRefutedWithoutReward() public {
        module.commit(id, job, uint64(START) + 100, 0);
        committed(uint64(START) + 100);
        module.refute(id, job, address(0), 0);
        assertClosed(id, JobStatus.Refuted);
        assertStake(provider, STAKE - COLLATERAL, 0);
    }

    function committed(uint64 end) private {
        job.terms = withDeadline(job.terms, end);
        job.moduleData = 0;
    }

    function hooks(JobId which, Job memory what) private view returns (bytes[5] memory) {
        return
            [
                abi.encodeCall(market.moduleCommit, (which, what, uint64(0), bytes32(0))),
                abi.encodeCall(market.moduleReveal, (which, what, bytes32(0), bytes32(0), uint32(0), bytes32(0))),
                abi.encodeCall(market.moduleOpenChallenge, (which, what)),
                abi.encodeCall(market.moduleCloseChallenge, (which, what)),
                abi.encodeCall(market.moduleRefute, (which, what, stranger, type(uint96).max))
            ];
    }

    function refused(bytes memory data, bytes memory why) private {
        vm.prank(stranger);
        // A low-level call, because the same check for several functions.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = address(market).call(data);
        vm.assertFalse(ok, "refused");
        vm.assertEq(answer, why, "why");
    }

    function outOfBounds(bytes32 field, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, field, value, min, max));
    }

    function assertJobHash(Job memory expected) private view {
        (, , uint232 hash) = market.statusOf(id);
        vm.assertEq(hash, uint232(uint256(keccak256(abi.encode(expected)))), "job hash");
    }
}
