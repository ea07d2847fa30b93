// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounds} from "./IBounds.sol";
import {IJobMarketAdmin} from "./IJobMarketAdmin.sol";
import {IJobMarketErrors} from "./IJobMarketErrors.sol";
import {IJobMarketModule} from "./IJobMarketModule.sol";
import {IVaultCallee} from "./IVault.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Money} from "../types/Money.sol";
import {Quote, Sponsorship} from "../types/Quote.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {Terms} from "../types/Terms.sol";

/// @notice A job that a caller refers to: its id and the struct whose hash the chain keeps.
struct JobRef {
    JobId id;
    Job job;
}

/// @notice Where jobs are matched, delivered and paid. The chain keeps one slot per job; the struct comes back from the job's events
/// ({JobPosted}, {JobAssigned}, {JobTaken}, {JobCommitted}, {JobRevealed}), and every call checks it against the kept hash.
/// @dev Every function that takes a {Job} reverts with {WrongStatus} or {WrongJob} if it is not in the right state or not that struct.
interface IJobMarket is IBounds, IJobMarketErrors, IJobMarketAdmin, IJobMarketModule, IVaultCallee {
    event JobPosted(JobId indexed jobId, address indexed buyer, JobSpec spec, Job job, string sources);
    /// @notice The {Job} is: buyer, payer and token of `spec`, `provider`, these four, and zeros.
    event JobAssigned(
        JobId indexed jobId,
        address indexed buyer,
        address indexed provider,
        JobSpec spec,
        address operator,
        Money money,
        Terms terms,
        address module
    );
    event JobTaken(JobId indexed jobId, address indexed buyer, address indexed provider, Job job);
    event JobCancelled(JobId indexed jobId);
    event JobExpired(JobId indexed jobId);
    event JobRejected(JobId indexed jobId, address indexed provider, bytes32 reason);
    /// @notice The {Job} changes in these two members, and in what {IJobMarketModule-ModuleDataSet} says before if it has a module.
    event JobRevealed(JobId indexed jobId, Terms terms, bytes32 resultRoot, bytes32 outputDigest);
    event JobSettled(JobId indexed jobId, uint128 paid, uint128 fee);
    event JobDefaulted(JobId indexed jobId, address indexed provider, uint96 burned, address bountyTo, uint96 bounty);
    /// @param spent What the sponsor has paid under this sponsorship so far, in token units.
    event SponsorshipSpent(bytes32 indexed sponsorship, address indexed payer, uint128 spent);

    /// @notice Hires the provider that signed `quote`; the buyer's balance is escrowed, the provider's collateral locked.
    /// @param signature Of the quote, by the provider or its operator, either of them a key or an ERC-1271 wallet.
    /// @dev Caller: `spec.buyer`, who also is `spec.payer`. Reverts, in order: {MalformedSpec}, {NotBuyer}, {PayerNotBuyer}, {IntakePaused},
    /// {QuoteForOtherJob}, {WrongStatus}, {QuoteExpired}, {PriceTooHigh}, then the spec: {OutOfBounds}, {LevelUnavailable}, {TokenNotListed},
    /// {StaleRate}, {GainBelowPrice}, {CollateralTooLow}, then {IProviderRegistry-lock}'s, {QuoteCancelled}, {InvalidSignature},
    /// {IVault-escrow}'s.
    function hire(JobSpec calldata spec, Quote calldata quote, bytes calldata signature) external returns (JobId);

    /// @notice Like {hire}, paid by `spec.payer` under a sponsorship that it signed for the buyer. The payer's allowance is needed too.
    /// @dev Reverts besides: {SponsorshipMismatch}, {SponsorshipExpired}, {InvalidSignature}, {SponsorshipCapExceeded}.
    function hireSponsored(
        JobSpec calldata spec,
        Quote calldata quote,
        bytes calldata signature,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId);

    /// @notice Opens a rising-price auction; escrows `maxPrice` and the audit pot.
    /// @param sources Where the bytes are, for providers: comma-separated URLs and multiaddrs, at most 1,024 bytes; only emitted.
    /// @dev Reverts, in order: {MalformedSpec}, {NotBuyer}, {PayerNotBuyer}, {IntakePaused}, {WrongStatus}, the spec's (see {hire}), {IVault-escrow}'s.
    function post(JobSpec calldata spec, string calldata sources) external returns (JobId);

    /// @notice Like {post}, paid under a sponsorship; see {hireSponsored}.
    function postSponsored(
        JobSpec calldata spec,
        string calldata sources,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId);

    /// @notice The first to call takes the posted job at this block's {auctionPrice}; the rest of the escrow returns to the payer.
    /// @param provider The caller, or the provider whose operator the caller is.
    /// @param collateral GLIA units to lock, at least {requiredCollateral}.
    /// @param allowedProof That `keccak256(bytes.concat(keccak256(abi.encode(provider))))` is in `spec.allowedProviders`.
    /// @dev Reverts, in order: {MalformedSpec}, {IntakePaused}, {WrongStatus}, {DeadlinePassed}, {ProviderNotAllowed}, the spec's (see {hire}),
    /// {CollateralTooLow}, {IProviderRegistry-lock}'s, {NotProvider}.
    function take(
        JobSpec calldata spec,
        address provider,
        uint96 collateral,
        bytes32[] calldata allowedProof
    ) external returns (JobId);

    /// @notice Open → Cancelled by the buyer; full refund. Reverts: {NotBuyer}.
    function cancel(JobId id, Job calldata job) external;

    /// @notice Open → Expired by anyone after the auction; full refund. Reverts: {DeadlineNotReached}.
    function expire(JobId id, Job calldata job) external;

    /// @notice Assigned → Rejected by provider or operator up to the reject deadline; full refund, collateral free, counted publicly.
    /// @dev Reverts: {NotProvider}, {DeadlinePassed}.
    function reject(JobId id, Job calldata job, bytes32 reason) external;

    /// @notice Assigned → Revealed by provider or operator up to the execution deadline, for jobs without a module.
    /// @param resultRoot Commitment to the batch of outputs; not zero.
    /// @param outputDigest sha2-256 digest of the output file's dag-pb root CID; a hint, only emitted.
    /// @dev Reverts: {NotModule} (the job has one), {NotProvider}, {DeadlinePassed}, {ZeroRoot}.
    function reveal(JobId id, Job calldata job, bytes32 resultRoot, bytes32 outputDigest) external;

    /// @notice Revealed → Settled by the buyer, at once. Reverts: {NotBuyer}, {ChallengesOpen}.
    function accept(JobId id, Job calldata job) external;

    /// @notice Revealed → Settled by anyone after the challenge window. Reverts: {ChallengesOpen}, {DeadlineNotReached}.
    function settle(JobId id, Job calldata job) external;

    /// @notice Settles what can be settled among at most 64 jobs and skips the rest without reverting.
    /// @return settled How many were. Reverts: {BatchTooLarge}.
    function settleMany(JobRef[] calldata refs) external returns (uint256 settled);

    /// @notice Assigned or Committed → Defaulted by anyone after the deadline: full refund, `missSlash` of the collateral is taken, of which
    /// the bounty goes to the caller's free stake at this market and the rest is burned.
    /// @dev Reverts: {ChallengesOpen}, {DeadlineNotReached}.
    function defaultJob(JobId id, Job calldata job) external;

    /// @notice The EIP-712 digest of `spec` in this market's domain.
    function jobId(JobSpec calldata spec) external view returns (JobId);

    /// @return status Where the job stands.
    /// @return openChallenges How many challenges keep it from being settled.
    /// @return jobHash Low 232 bits of `keccak256(abi.encode(job))`; zero in final states but Rejected and Defaulted.
    function statusOf(JobId id) external view returns (JobStatus status, uint16 openChallenges, uint232 jobHash);

    /// @notice Price in token units that {take} pays at `time` (Unix seconds), rounded down; linear from start to max.
    function auctionPrice(JobSpec calldata spec, uint64 time) external pure returns (uint128);

    /// @notice Least collateral in GLIA units for `spec` at today's parameters and rate, rounded up (PROTOCOL section 5).
    /// @dev Reverts: {TokenNotListed}, {StaleRate}.
    function requiredCollateral(JobSpec calldata spec) external view returns (uint256);

    /// @notice The EIP-712 digest of a sponsorship, and what was spent under it.
    function sponsored(Sponsorship calldata sponsorship) external view returns (bytes32 digest, uint128 spent);

    function vault() external view returns (address);
    function registry() external view returns (address);
    function glia() external view returns (address);
}
