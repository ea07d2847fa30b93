// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket, JobRef} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {MockModule} from "../../../contracts/mocks/MockModule.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice From assignment to payment: each refusal in source order, then success.
contract DeliveryTest is World {
    uint256 private constant OPEN = 1 << 1;
    uint256 private constant ASSIGNED = 1 << 2;
    uint256 private constant REVEALED = 1 << 4;

    function test_CancelRefusesInSourceOrder() public {
        (JobId id, Job memory job) = posted(specOf());
        vm.expectRevert(wrongStatus(JobId.wrap(0), JobStatus.None, OPEN));
        vm.prank(stranger);
        market.cancel(JobId.wrap(0), job);
        vm.expectRevert(wrongJob(id));
        vm.prank(stranger);
        market.cancel(id, altered(job));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, stranger, buyer));
        vm.prank(stranger);
        market.cancel(id, job);

        vm.expectEmit(address(market));
        emit IJobMarket.JobCancelled(id);
        vm.prank(buyer);
        market.cancel(id, job);
        assertClosed(id, JobStatus.Cancelled);
        assertBalance(buyer, FUNDS, "full refund");
        assertEscrow(0, 0);
    }

    function test_ATakenJobCannotBeCancelled() public {
        (JobId id, Job memory job) = hired();
        vm.expectRevert(wrongStatus(id, JobStatus.Assigned, OPEN));
        vm.prank(buyer);
        market.cancel(id, job);
    }

    function test_RejectRefusesInSourceOrder() public {
        (JobId id, Job memory open) = posted(specOf());
        vm.expectRevert(wrongStatus(id, JobStatus.Open, ASSIGNED));
        vm.prank(provider);
        market.reject(id, open, "");
        JobSpec memory spec = specOf();
        spec.salt = 0;
        Job memory job;
        (id, job) = hire(spec);
        vm.warp(rejectDeadlineOf(job) + 1);
        vm.expectRevert(wrongJob(id));
        vm.prank(stranger);
        market.reject(id, altered(job), "");
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotProvider.selector, buyer, provider));
        vm.prank(buyer);
        market.reject(id, job, "");
        vm.expectRevert(deadlinePassed(rejectDeadlineOf(job)));
        vm.prank(provider);
        market.reject(id, job, "");
    }

    function test_ARejectionRefundsAllSlashesNothingAndIsCounted() public {
        (JobId id, Job memory job) = hired();
        vm.warp(rejectDeadlineOf(job));
        vm.expectEmit(address(market));
        emit IJobMarket.JobRejected(id, provider, "wrong root");
        vm.prank(operator);
        market.reject(id, job, "wrong root");
        assertClosed(id, JobStatus.Rejected);
        assertBalance(buyer, FUNDS, "full refund");
        assertStake(provider, STAKE, 0);
        vm.assertEq(registry.position(provider, address(market)).rejections, 1, "rejections");
    }

    function test_RevealRefusesInSourceOrder() public {
        (JobId id, Job memory job) = hired();
        vm.warp(deadlineOf(job) + 1);
        vm.expectRevert(wrongStatus(JobId.wrap(0), JobStatus.None, ASSIGNED));
        vm.prank(stranger);
        market.reveal(JobId.wrap(0), job, 0, OUTPUT);
        vm.expectRevert(wrongJob(id));
        vm.prank(stranger);
        market.reveal(id, altered(job), 0, OUTPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotProvider.selector, buyer, provider));
        vm.prank(buyer);
        market.reveal(id, job, 0, OUTPUT);
        vm.expectRevert(deadlinePassed(deadlineOf(job)));
        vm.prank(operator);
        market.reveal(id, job, 0, OUTPUT);
        vm.warp(deadlineOf(job));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.ZeroRoot.selector));
        vm.prank(operator);
        market.reveal(id, job, 0, OUTPUT);
    }

    function test_ARevealKeepsTheResultAndStartsTheChallengeWindow() public {
        (JobId id, Job memory job) = hired();
        vm.warp(deadlineOf(job));
        Job memory next = modelRevealed(job, ROOT);
        vm.expectEmit(address(market));
        emit IJobMarket.JobRevealed(id, next.terms, ROOT, OUTPUT);
        vm.prank(provider);
        market.reveal(id, job, ROOT, OUTPUT);
        assertJob(id, JobStatus.Revealed, next);
        vm.assertEq(deadlineOf(next), block.timestamp + 6 hours, "window");
    }

    function test_AJobIsRevealedOnceAndNeverWithAnOldStruct() public {
        (JobId id, Job memory job) = hired();
        Job memory next = reveal(id, job);
        vm.expectRevert(wrongStatus(id, JobStatus.Revealed, ASSIGNED));
        vm.prank(operator);
        market.reveal(id, next, ROOT, OUTPUT);
        vm.expectRevert(wrongJob(id));
        vm.prank(buyer);
        market.accept(id, job);
    }

    function test_ReplacingTheOperatorLeavesRunningJobsWithTheOldOne() public {
        (JobId id, Job memory job) = hired();
        vm.prank(provider);
        registry.update(stranger, 7, "https://provider.example");
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotProvider.selector, stranger, provider));
        vm.prank(stranger);
        market.reveal(id, job, ROOT, OUTPUT);
        reveal(id, job);
    }

    function test_ADeregisteredProviderStillDeliversAndIsPaid() public {
        (JobId id, Job memory job) = hired();
        vm.prank(provider);
        registry.deregister();
        job = reveal(id, job);
        vm.prank(buyer);
        market.accept(id, job);
        assertStake(provider, STAKE, 0);
    }

    function test_AcceptRefusesInSourceOrder() public {
        (JobId id, Job memory job) = revealed();
        vm.expectRevert(wrongStatus(JobId.wrap(0), JobStatus.None, REVEALED));
        vm.prank(stranger);
        market.accept(JobId.wrap(0), job);
        vm.expectRevert(wrongJob(id));
        vm.prank(stranger);
        market.accept(id, altered(job));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, provider, buyer));
        vm.prank(provider);
        market.accept(id, job);
    }

    function test_AcceptPaysTheProviderAndSetsTheFeeAside() public {
        (JobId id, Job memory job) = revealed();
        vm.expectEmit(address(market));
        emit IJobMarket.JobSettled(id, 7_920_000, 80_000);
        vm.prank(buyer);
        market.accept(id, job);
        assertClosed(id, JobStatus.Settled);
        assertBalance(provider, 7_920_000, "provider");
        assertBalance(buyer, FUNDS - PRICE, "buyer");
        assertEscrow(0, 80_000);
        assertStake(provider, STAKE, 0);
    }

    function test_SettleRefusesInSourceOrder() public {
        (JobId id, Job memory job) = hired();
        vm.expectRevert(wrongStatus(id, JobStatus.Assigned, REVEALED));
        market.settle(id, job);
        Job memory next = reveal(id, job);
        vm.expectRevert(wrongJob(id));
        market.settle(id, job);
        vm.warp(deadlineOf(next));
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.DeadlineNotReached.selector, deadlineOf(next)));
        vm.prank(provider);
        market.settle(id, next);
    }

    function test_AcceptAndSettleRaceWithoutHarm() public {
        (JobId id, Job memory job) = revealed();
        vm.warp(deadlineOf(job) + 1);
        vm.prank(stranger);
        market.settle(id, job);
        vm.expectRevert(wrongStatus(id, JobStatus.Settled, REVEALED));
        vm.prank(buyer);
        market.accept(id, job);
        assertBalance(provider, 7_920_000, "paid once");
    }

    function test_ABatchIsBounded() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.BatchTooLarge.selector, 65, 64));
        market.settleMany(new JobRef[](65));
        vm.assertEq(market.settleMany(new JobRef[](64)), 0, "nothing to settle");
    }

    function test_ABatchSkipsWhatFailsAndPaysTheRestOnce() public {
        JobRef[] memory refs = new JobRef[](9);
        for (uint256 i = 0; i < 3; i++) refs[i] = revealedWith(bytes32(i));
        JobSpec memory spec = specOf();
        spec.challengeWindow = 14 days;
        (JobId id, Job memory job) = hire(spec);
        refs[3] = JobRef(id, reveal(id, job)); // too early
        refs[4] = refs[1]; // twice
        refs[5] = JobRef(refs[2].id, altered(refs[2].job)); // another struct
        (id, job) = posted(withSalt(spec, "open"));
        refs[6] = JobRef(id, job); // another state
        refs[7] = JobRef(JobId.wrap(bytes32(uint256(1))), job); // no such job
        refs[8] = JobRef(refs[0].id, refs[1].job); // another's struct
        vm.warp(block.timestamp + 6 hours + 1);
        vm.prank(stranger);
        vm.assertEq(market.settleMany(refs), 3, "settled");
        assertBalance(provider, 3 * 7_920_000, "each once");
        assertEscrow(PRICE + MAX_PRICE, 3 * 80_000);
    }

    function test_ABatchSkipsAJobWithAnOpenChallenge() public {
        JobSpec memory spec = specOf();
        MockModule module = MockModule(moduleFor(spec.level));
        (JobId id, Job memory job) = hire(spec);
        module.reveal(id, job, ROOT, OUTPUT, 6 hours, 0);
        job = modelRevealed(job, ROOT);
        module.openChallenge(id, job);
        vm.warp(deadlineOf(job) + 1);
        JobRef[] memory refs = new JobRef[](1);
        refs[0] = JobRef(id, job);
        vm.assertEq(market.settleMany(refs), 0, "skipped");
    }

    function revealedWith(bytes32 salt) private returns (JobRef memory) {
        (JobId id, Job memory job) = hire(withSalt(specOf(), salt));
        return JobRef(id, reveal(id, job));
    }

    function withSalt(JobSpec memory spec, bytes32 salt) private pure returns (JobSpec memory) {
        spec.salt = salt;
        return spec;
    }

    function altered(Job memory job) private view returns (Job memory other) {
        other = abi.decode(abi.encode(job), (Job));
        other.buyer = stranger;
    }

    function wrongStatus(JobId id, JobStatus status, uint256 allowed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, status, bytes32(allowed));
    }

    function wrongJob(JobId id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarketErrors.WrongJob.selector, id);
    }

    function deadlinePassed(uint256 deadline) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarketErrors.DeadlinePassed.selector, deadline);
    }
}
