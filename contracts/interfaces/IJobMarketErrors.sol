// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "../types/JobId.sol";
import {AssuranceLevel} from "../types/JobSpec.sol";
import {JobStatus} from "../types/Job.sol";

/// @notice Every refusal of the {IJobMarket} besides {IBounds-OutOfBounds} and those of Vault and registry.
interface IJobMarketErrors {
    /// @notice The one guard of the state machine. Bit n of `allowed` stands for the n-th {JobStatus}.
    error WrongStatus(JobId jobId, JobStatus status, bytes32 allowed);
    /// @notice The struct is not the one whose hash the chain keeps; take it from the job's latest event.
    error WrongJob(JobId jobId);

    // Who may call
    error NotBuyer(address caller, address buyer);
    error NotProvider(address caller, address provider);
    error NotVault(address caller);
    /// @notice Only the job's module may do this; zero means nobody.
    error NotModule(address caller, address module);

    // Intake
    /// @notice New jobs are refused until then (Unix time in seconds).
    error IntakePaused(uint64 until);
    /// @notice A member of the spec has bits outside of its type.
    error MalformedSpec();
    error PayerNotBuyer(address payer, address buyer);
    error TokenNotListed(address token);
    /// @notice The token's GLIA rate is older than `maxAge` seconds; governance must renew it.
    error StaleRate(address token, uint64 updatedAt, uint32 maxAge);
    error LevelUnavailable(AssuranceLevel level);
    /// @notice A forged result would be worth less than the price, which cannot be.
    error GainBelowPrice(uint128 declaredGain, uint128 price);
    error CollateralTooLow(uint96 collateral, uint256 required);
    error PriceTooHigh(uint128 price, uint128 maxPrice);

    // Quotes
    error QuoteForOtherJob(JobId quoted, JobId jobId);
    error QuoteExpired(uint64 expiry);
    error QuoteCancelled(uint32 nonce, uint32 current);
    error InvalidSignature(address signer);
    /// @notice The data of {IVaultCallee-onVaultCall} must be the canonical `abi.encode(JobSpec, Quote, bytes)`.
    error InvalidCallData();

    // Sponsors
    error SponsorshipMismatch();
    error SponsorshipExpired(uint64 expiry);
    error SponsorshipCapExceeded(uint128 cap, uint128 spent, uint256 needed);

    // Auctions
    error ProviderNotAllowed(address provider);

    // Time; the late party may act up to and including its deadline, everybody else only after it
    error DeadlinePassed(uint256 deadline);
    error DeadlineNotReached(uint256 deadline);

    // Delivery
    error ZeroRoot();
    error ChallengesOpen(JobId jobId, uint16 open);
    error NoChallengeOpen(JobId jobId);
    error TooManyChallenges(JobId jobId);
    error BatchTooLarge(uint256 length, uint256 max);

    // Governance
    error ZeroAddress();
    error AlreadyListed(address token);
    /// @notice A rate may change by at most 34 % per day, in proportion to the time since the last change.
    error RateChangeTooLarge(uint128 rate, uint128 min, uint128 max);
    /// @notice A pause may only be shortened, and a new one may not begin before this time (Unix time in seconds).
    error PauseTooSoon(uint256 notBefore);
}
