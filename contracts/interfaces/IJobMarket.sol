// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVaultCallee} from "./IVault.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec, AssuranceLevel} from "../types/JobSpec.sol";
import {Quote, Sponsorship} from "../types/Quote.sol";
import {Job, JobStatus} from "../types/Job.sol";

/// @notice What governance sets; each field has a hard bound in code (PROTOCOL section 8).
struct Parameters {
    uint16 feeBps;
    uint16 missSlashBps;
    uint16 burnBps;
    /// Share of a slash that goes to whoever called {IJobMarket-defaultJob}, in basis points.
    uint16 bountyBps;
    uint16 rewardBps;
    uint16 minCheckBps;
    uint16 honestShareBps;
    uint32 minChallengeWindow;
    uint32 maxRateAge;
}

/// @notice A job that a caller refers to: its id and the struct whose hash the chain keeps.
struct JobRef {
    JobId id;
    Job job;
}

/// @notice Where jobs are matched, delivered and paid.
interface IJobMarket is IVaultCallee {
    event JobPosted(JobId indexed jobId, address indexed buyer, JobSpec spec, Job job, string sources);
    event JobAssigned(JobId indexed jobId, address indexed buyer, address indexed provider, JobSpec spec, Job job);
    event JobTaken(JobId indexed jobId, address indexed buyer, address indexed provider, Job job);
    event JobCancelled(JobId indexed jobId);
    event JobExpired(JobId indexed jobId);
    event JobRejected(JobId indexed jobId, address indexed provider, bytes32 reason);
    event JobCommitted(JobId indexed jobId, Job job);
    event JobRevealed(JobId indexed jobId, Job job, bytes32 outputDigest);
    event JobSettled(JobId indexed jobId, address indexed provider, uint128 paid, uint128 fee);
    event JobDefaulted(JobId indexed jobId, address indexed provider, uint96 burned, address bountyTo, uint96 bounty);
    event JobRefuted(JobId indexed jobId, address indexed provider, uint96 burned, address rewardTo, uint96 reward);
    event ChallengeCountChanged(JobId indexed jobId, uint16 open);
    event ParametersSet(Parameters parameters);
    event TokenListed(address indexed token, uint128 gliaPerToken);
    event TokenDelisted(address indexed token);
    event ModuleSet(AssuranceLevel indexed level, address module);
    event PausedUntil(uint64 until);

    // One guard error for the state machine: what it is and which states were allowed (a bit for each JobStatus).
    error WrongStatus(JobId jobId, JobStatus status, bytes32 allowed);
    error WrongJob(JobId jobId);

    /// @notice Hires the provider that signed `quote`; the payer's balance is escrowed, the provider's collateral locked.
    function hire(JobSpec calldata spec, Quote calldata quote, bytes calldata signature) external returns (JobId);

    /// @notice Like {hire}, paid by `spec.payer` under a sponsorship that it signed for the buyer.
    function hireSponsored(
        JobSpec calldata spec,
        Quote calldata quote,
        bytes calldata signature,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId);

    /// @notice Opens a rising-price auction; escrows `maxPrice`. `sources` says where the bytes are, for providers; only emitted.
    function post(JobSpec calldata spec, string calldata sources) external returns (JobId);
    function postSponsored(
        JobSpec calldata spec,
        string calldata sources,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId);

    /// @notice The first provider (or its operator) to call takes the job at this block's price.
    function take(
        JobSpec calldata spec,
        Job calldata job,
        address provider,
        uint96 collateral,
        bytes32[] calldata allowedProof
    ) external;

    function cancel(JobId jobId, Job calldata job) external; // buyer, Open
    function expire(JobId jobId, Job calldata job) external; // anyone, Open after its end
    function reject(JobId jobId, Job calldata job, bytes32 reason) external; // provider or operator, Assigned, before rejectDeadline
    function reveal(JobId jobId, Job calldata job, bytes32 resultRoot, bytes32 outputDigest) external; // provider or operator
    function accept(JobId jobId, Job calldata job) external; // buyer, Revealed, no challenge open: settles at once
    function settle(JobId jobId, Job calldata job) external; // anyone, Revealed after the window, no challenge open
    function settleMany(JobRef[] calldata refs) external returns (uint256 settled); // skips what cannot be settled
    function defaultJob(JobId jobId, Job calldata job) external; // anyone, Assigned or Committed after its deadline

    // Hooks for `job.module`
    function moduleCommit(JobId jobId, Job calldata job, uint64 revealDeadline, bytes32 moduleData) external;
    function moduleReveal(JobId jobId, Job calldata job, bytes32 resultRoot, bytes32 outputDigest, bytes32 moduleData) external;
    function moduleOpenChallenge(JobId jobId, Job calldata job) external;
    function moduleCloseChallenge(JobId jobId, Job calldata job) external;
    function moduleRefute(JobId jobId, Job calldata job, address rewardTo, uint96 reward) external;

    // Governance
    function setParameters(Parameters calldata parameters) external;
    function listToken(address token, uint128 gliaPerToken) external;
    function setGliaPerToken(address token, uint128 gliaPerToken) external;
    function delistToken(address token) external;
    function setModule(AssuranceLevel level, address module) external;
    function pause(uint64 until) external;

    // Views
    function jobId(JobSpec calldata spec) external view returns (JobId);
    function statusOf(JobId jobId) external view returns (JobStatus status, uint16 openChallenges, uint232 jobHash);
    function auctionPrice(JobSpec calldata spec, uint64 time) external pure returns (uint128);
    function requiredCollateral(JobSpec calldata spec) external view returns (uint96);
    function parameters() external view returns (Parameters memory);
    function listing(address token) external view returns (uint128 gliaPerToken, uint64 updatedAt);
    function pausedUntil() external view returns (uint64);
}
