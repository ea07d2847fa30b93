// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice PROTOCOL section 9, 8, as far as it applies today: nobody gains by dealing with itself.
contract SelfDealingTest is World {
    function testFuzz_HiringAndDefaultingOneselfNeverGains(uint8[12] memory moves) public {
        fund(provider, address(token), FUNDS);
        allow(provider, address(token), type(uint256).max);
        uint256 time = START;
        for (uint256 i = 0; i < moves.length; i++) {
            JobSpec memory spec = specOf();
            (spec.buyer, spec.payer, spec.salt) = (provider, provider, bytes32(i));
            JobId id = idOf(spec);
            Job memory job;
            if (moves[i] % 2 == 0) {
                (, job) = hire(spec);
            } else {
                posted(spec);
                job = modelAssigned(spec, provider, spec.startPrice, COLLATERAL);
                vm.prank(provider);
                market.take(spec, provider, COLLATERAL, new bytes32[](0));
            }
            uint256 move = (moves[i] >> 1) % 4;
            if (move == 0) {
                vm.prank(provider);
                market.reject(id, job, "");
            } else if (move == 1) {
                time += 601;
                vm.warp(time);
                vm.prank(provider);
                market.defaultJob(id, job);
            } else {
                job = reveal(id, job);
                vm.prank(provider);
                market.accept(id, job);
            }
            (JobStatus status, , ) = market.statusOf(id);
            vm.assertGt(uint8(status), uint8(JobStatus.Revealed), "ended");
            vm.assertLe(vault.balanceOf(provider, address(token)), FUNDS, "no token is gained");
            vm.assertLe(registry.provider(provider).stake, STAKE, "no stake is gained");
        }
        assertEscrow(0, FUNDS - vault.balanceOf(provider, address(token)));
    }
}
