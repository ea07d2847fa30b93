// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {MockModule} from "../../../contracts/mocks/MockModule.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {AssuranceLevel, JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {Terms} from "../../../contracts/types/Terms.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {Keys} from "../helpers/Keys.sol";
import {World} from "../helpers/World.sol";

/// @notice A second set of books: what every account must have after each action, kept by sums of our own.
/// @dev Market 0 and 1 are ours, number 2 is malicious. Actions with a false precondition do nothing; all others must succeed.
abstract contract Ghosts is World {
    struct Record {
        JobId id;
        uint8 where;
        JobStatus status;
        uint16 challenges;
        uint128 escrow;
        JobSpec spec;
        Job job;
    }

    address[3] internal markets;
    MockModule[2] internal modules;
    address[3] internal assets;
    address[5] internal actors;
    Record[] internal records;
    uint256 internal time = START;
    uint256 internal salts;

    mapping(address account => mapping(address asset => uint256)) internal balance;
    mapping(address account => mapping(uint256 where => mapping(address asset => uint256))) internal allowed;
    mapping(uint256 where => mapping(address asset => uint256)) internal escrowed;
    mapping(uint256 where => mapping(address asset => uint256)) internal fees;
    mapping(address account => mapping(uint256 where => uint256)) internal free;
    mapping(address account => mapping(uint256 where => uint256)) internal locked;
    mapping(address account => bool) internal enrolled;
    mapping(address asset => uint256) internal held;
    uint256 internal burned;
    uint256 internal minted;

    /// @notice How often each action did something, by name.
    mapping(bytes32 action => uint256) public done;
    bytes32[] internal names;

    constructor() {
        setUp();
        markets = [address(market), address(newMarket(otherParameters())), Deploy.create("ScriptedMarket", "")];
        assets = [address(token), Deploy.create("FeeOnTransferToken", abi.encode(100)), address(glia)];
        actors = [buyer, sponsor, provider, rival, stranger];
        for (uint256 i = 0; i < 2; i++) {
            market = IJobMarket(markets[i]);
            modules[i] = MockModule(moduleFor(AssuranceLevel.Audited));
            market.listToken(assets[1], RATE);
        }
        IJobMarket(markets[1]).listToken(address(token), RATE);
        balance[buyer][address(token)] = held[address(token)] = FUNDS;
        for (uint256 i = 0; i < actors.length * assets.length; i++) endow(actors[i / 3], assets[i % 3]);
        (free[provider][0], free[rival][0]) = (STAKE, STAKE);
        minted += 2 * uint256(STAKE);
        (enrolled[provider], enrolled[rival]) = (true, true);
    }

    /// @dev Everybody begins with some of everything and trusts the two honest markets.
    function endow(address account, address asset) private {
        fund(account, asset, 100e6);
        uint256 arrived = asset == assets[1] ? 99e6 : 100e6;
        balance[account][asset] += arrived;
        held[asset] += arrived;
        if (asset == address(glia)) minted += 100e6;
        for (uint256 where = 0; where < 2; where++) {
            use(where);
            allow(account, asset, type(uint256).max);
            allowed[account][where][asset] = type(uint256).max;
        }
    }

    function otherParameters() private pure returns (Parameters memory p) {
        p = defaults();
        (p.feeBps, p.missSlashBps, p.bountyBps) = (1_000, 5_000, 2_000);
    }

    /// @dev Counts, so that no campaign passes because nothing happened.
    function did(bytes32 name) internal {
        if (done[name]++ == 0) names.push(name);
    }

    function use(uint256 where) internal {
        market = IJobMarket(markets[where]);
    }

    function actorOf(uint256 seed) internal view returns (address) {
        return actors[seed % actors.length];
    }

    function assetOf(uint256 seed) internal view returns (address) {
        return assets[seed % assets.length];
    }

    function hotKeyOf(address account) internal view returns (uint256) {
        return
            account == provider
                ? Keys.OPERATOR
                : account == rival
                    ? Keys.RIVAL
                    : 0;
    }

    function stakeOf(address account) internal view returns (uint256) {
        uint256 sum;
        for (uint256 i = 0; i < 3; i++) sum += free[account][i] + locked[account][i];
        return sum;
    }

    /// @dev The first record at or after `seed` whose status is in the set; `none` is past the end.
    function find(uint256 seed, uint256 statuses) internal view returns (uint256) {
        uint256 count = records.length;
        for (uint256 i = 0; i < count; i++) {
            uint256 at = ((seed % count) + i) % count;
            if ((statuses >> uint8(records[at].status)) & 1 == 1) return at;
        }
        return count;
    }

    function bit(JobStatus status) internal pure returns (uint256) {
        return 1 << uint8(status);
    }

    function share(Job storage job, uint256 shift) internal view returns (uint256) {
        return uint16(Terms.unwrap(job.terms) >> shift);
    }

    function priceOf(Job storage job) internal view returns (uint256) {
        return uint128(Money.unwrap(job.money));
    }

    function collateralOf(Job storage job) internal view returns (uint256) {
        return uint96(Money.unwrap(job.money) >> 128);
    }

    function endOf(Job storage job) internal view returns (uint256) {
        return uint40(Terms.unwrap(job.terms) >> 160);
    }

    function spend(address account, uint256 where, address asset, uint256 amount) internal {
        balance[account][asset] -= amount;
        if (allowed[account][where][asset] != type(uint256).max) allowed[account][where][asset] -= amount;
    }

    /// @dev All that a job holds goes back to its payer.
    function refund(Record storage record) internal {
        balance[record.job.payer][record.job.token] += record.escrow;
        escrowed[record.where][record.job.token] -= record.escrow;
        record.escrow = 0;
    }

    function close(Record storage record, JobStatus status) internal {
        record.status = status;
        record.challenges = 0;
        assertClosed(record.id, status);
    }

    function unlock(Record storage record) internal {
        uint256 collateral = collateralOf(record.job);
        locked[record.job.provider][record.where] -= collateral;
        free[record.job.provider][record.where] += collateral;
    }

    function slash(Record storage record, uint256 burn, address to, uint256 reward) internal {
        locked[record.job.provider][record.where] -= burn + reward;
        free[to][record.where] += reward;
        burned += burn;
    }
}
