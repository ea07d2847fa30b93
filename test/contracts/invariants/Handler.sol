// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {IToken} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";
import {JobActions} from "./JobActions.sol";
import {MoneyActions} from "./MoneyActions.sol";

/// @notice All actions of the campaigns, the modules' among them, and the checks of the books.
abstract contract Handler is MoneyActions, JobActions {
    function moduleAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Assigned) | bit(JobStatus.Committed));
        if (at == records.length || records[at].job.module == address(0)) return;
        Record storage job = records[at];
        use(job.where);
        if (time > endOf(job.job)) return;
        if (job.status == JobStatus.Assigned && seed % 2 == 0) {
            modules[job.where].commit(job.id, job.job, uint64(time + 600), bytes32(seed));
            job.job.terms = withDeadline(job.job.terms, time + 600);
            job.job.moduleData = bytes32(seed);
            job.status = JobStatus.Committed;
            did("commit");
        } else {
            Job memory next = modelRevealed(job.job, ROOT);
            next.moduleData = bytes32(seed);
            modules[job.where].reveal(job.id, job.job, ROOT, OUTPUT, 6 hours, bytes32(seed));
            job.job = next;
            job.status = JobStatus.Revealed;
            did("module reveal");
        }
    }

    function challengeAction(uint256 seed) external {
        uint256 at = find(seed, bit(JobStatus.Committed) | bit(JobStatus.Revealed));
        if (at == records.length || records[at].job.module == address(0)) return;
        Record storage job = records[at];
        use(job.where);
        if (seed % 4 == 0) {
            uint256 collateral = collateralOf(job.job);
            uint256 reward = (collateral * (10_000 - share(job.job, 40))) / 10_000;
            modules[job.where].refute(job.id, job.job, stranger, uint96(reward));
            slash(job, collateral - reward, stranger, reward);
            refund(job);
            close(job, JobStatus.Refuted);
            did("refute");
        } else if (job.challenges != 0) {
            modules[job.where].closeChallenge(job.id, job.job);
            job.challenges--;
            did("close challenge");
        } else if (job.status == JobStatus.Committed || time <= endOf(job.job)) {
            modules[job.where].openChallenge(job.id, job.job);
            job.challenges++;
            did("open challenge");
        }
    }

    /// @notice PROTOCOL section 9, 1 and 7: every balance is what its owner's own acts made it, and the Vault holds the sum.
    function checkVault() external view {
        for (uint256 i = 0; i < assets.length; i++) {
            address asset = assets[i];
            uint256 sum =
                checkBalance(TREASURY, asset) +
                    checkBalance(address(modules[0]), asset) +
                    checkBalance(address(modules[1]), asset);
            for (uint256 k = 0; k < actors.length; k++) sum += checkBalance(actors[k], asset);
            for (uint256 where = 0; where < 3; where++) {
                (uint128 escrow, uint128 setAside) = vault.escrowOf(markets[where], asset);
                vm.assertEq(escrow, escrowed[where][asset], "escrow is what the live jobs hold");
                vm.assertEq(setAside, fees[where][asset], "fees");
                sum += uint256(escrow) + setAside;
                for (uint256 k = 0; k < actors.length; k++) {
                    uint256 grant = vault.allowance(actors[k], markets[where], asset);
                    vm.assertEq(grant, allowed[actors[k]][where][asset], "allowance");
                }
            }
            vm.assertEq(sum, held[asset], "what came in and did not leave");
            vm.assertEq(sum, IToken(asset).balanceOf(address(vault)), "the Vault holds what it owes");
        }
    }

    /// @notice PROTOCOL section 9, 2: free and locked stake are the GLIA held, and what is locked secures live jobs.
    function checkRegistry() external view {
        uint256 sum;
        for (uint256 k = 0; k < actors.length; k++) {
            uint256 stake;
            for (uint256 where = 0; where < 3; where++) {
                address at = markets[where];
                vm.assertEq(registry.position(actors[k], at).free, free[actors[k]][where], "free stake");
                vm.assertEq(registry.position(actors[k], at).locked, locked[actors[k]][where], "locked stake");
                stake += free[actors[k]][where] + locked[actors[k]][where];
            }
            vm.assertEq(registry.provider(actors[k]).stake, stake, "a provider's stake is the sum of its positions");
            sum += stake;
        }
        vm.assertEq(glia.balanceOf(address(registry)), sum, "the registry holds all stake");
        vm.assertEq(glia.totalSupply(), minted - burned, "nothing but slashing burns");
    }

    /// @notice PROTOCOL section 9, 2 and 3: escrow and locked stake are exactly those of the live jobs.
    function checkJobs() external view {
        for (uint256 where = 0; where < 2; where++) {
            for (uint256 i = 0; i < assets.length; i++) {
                uint256 sum;
                for (uint256 r = 0; r < records.length; r++) {
                    if (records[r].where == where && records[r].job.token == assets[i]) sum += records[r].escrow;
                }
                vm.assertEq(sum, escrowed[where][assets[i]], "escrow of live jobs");
            }
            for (uint256 k = 0; k < actors.length; k++) {
                uint256 sum;
                for (uint256 r = 0; r < records.length; r++) {
                    if (isLocked(records[r]) && records[r].where == where && records[r].job.provider == actors[k]) {
                        sum += collateralOf(records[r].job);
                    }
                }
                vm.assertEq(sum, locked[actors[k]][where], "collateral of live jobs");
            }
        }
    }

    /// @notice PROTOCOL section 9, 3: with nobody's help but time's (and challenges closed), every job ends.
    function windDown() external {
        for (uint256 round = 0; round < 2; round++) {
            time += 31 days;
            vm.warp(time);
            for (uint256 r = 0; r < records.length; r++) {
                Record storage job = records[r];
                while (job.challenges != 0) {
                    modules[job.where].closeChallenge(job.id, job.job);
                    job.challenges--;
                }
                if (isLive(job.status)) timeout(r);
            }
        }
        for (uint256 r = 0; r < records.length; r++) vm.assertFalse(isLive(records[r].status), "every job ends");
        for (uint256 where = 0; where < 2; where++) {
            for (uint256 i = 0; i < assets.length; i++) {
                vm.assertEq(escrowed[where][assets[i]], 0, "nothing stays in escrow");
            }
            for (uint256 k = 0; k < actors.length; k++) {
                vm.assertEq(locked[actors[k]][where], 0, "nothing stays locked");
            }
        }
    }

    /// @notice How many different actions did something.
    function variety() external view returns (uint256) {
        return names.length;
    }

    function isLive(JobStatus status) private pure returns (bool) {
        return status >= JobStatus.Open && status <= JobStatus.Revealed;
    }

    function isLocked(Record storage job) private view returns (bool) {
        return job.status >= JobStatus.Assigned && job.status <= JobStatus.Revealed;
    }

    function checkBalance(address account, address asset) private view returns (uint256 got) {
        got = vault.balanceOf(account, asset);
        vm.assertEq(got, balance[account][asset], "balance");
    }
}
