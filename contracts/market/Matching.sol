// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault, IVaultCallee} from "../interfaces/IVault.sol";
import {Auction} from "../libraries/Auction.sol";
import {Deterrence} from "../libraries/Deterrence.sol";
import {HireCall} from "../libraries/HireCall.sol";
import {JobEvents} from "../libraries/JobEvents.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSlotLibrary} from "../types/JobSlot.sol";
import {JobSpec, AssuranceLevel} from "../types/JobSpec.sol";
import {MoneyLibrary} from "../types/Money.sol";
import {Quote, Sponsorship} from "../types/Quote.sol";
import {Settings} from "../types/Settings.sol";
import {TermsLibrary} from "../types/Terms.sol";
import {MarketAdmin} from "./MarketAdmin.sol";
import {Sponsoring} from "./Sponsoring.sol";

/// @notice How jobs find providers: by quote or by auction.
/// @dev SAFETY: no guard against reentrancy. Foreign code runs only in static calls (ERC-1271); Vault and registry call nobody back from the
/// functions used here, so writing the job after {IProviderRegistry-lock} told the operator is safe.
abstract contract Matching is MarketAdmin, Sponsoring {
    uint256 private constant MAX_SAMPLE_SIZE = 64;
    uint256 private constant MAX_SOURCES_LENGTH = 1024;

    /// @inheritdoc IJobMarket
    function hire(JobSpec calldata spec, Quote calldata quote, bytes calldata signature) external returns (JobId) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireSelfPaid(read, msg.sender);
        return _hire(read, quote, signature);
    }

    /// @inheritdoc IJobMarket
    function hireSponsored(
        JobSpec calldata spec,
        Quote calldata quote,
        bytes calldata signature,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireBuyer(read, msg.sender);
        _spend(read, uint256(quote.price) + read.auditPot, sponsorship, sponsorSignature);
        return _hire(read, quote, signature);
    }

    /// @inheritdoc IVaultCallee
    function onVaultCall(address account, bytes calldata data) external {
        // INVARIANT: only the Vault can say on whose behalf it calls.
        if (msg.sender != vault) revert NotVault(msg.sender);
        (bool ok, JobSpec calldata spec, Quote calldata quote, bytes calldata signature) = HireCall.decode(data);
        if (!ok) revert InvalidCallData();
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireSelfPaid(read, account);
        _hire(read, quote, signature);
    }

    /// @inheritdoc IJobMarket
    function post(JobSpec calldata spec, string calldata sources) external returns (JobId) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireSelfPaid(read, msg.sender);
        return _post(read, sources);
    }

    /// @inheritdoc IJobMarket
    function postSponsored(
        JobSpec calldata spec,
        string calldata sources,
        Sponsorship calldata sponsorship,
        bytes calldata sponsorSignature
    ) external returns (JobId) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireBuyer(read, msg.sender);
        _spend(read, uint256(read.maxPrice) + read.auditPot, sponsorship, sponsorSignature);
        return _post(read, sources);
    }

    /// @inheritdoc IJobMarket
    function take(
        JobSpec calldata posted,
        address provider,
        uint96 collateral,
        bytes32[] calldata allowedProof
    ) external returns (JobId id) {
        JobSpec memory spec = StructHash.toMemory(posted)[0];
        _requireClean(spec);
        Settings settings = _settings;
        _requireIntake(settings);
        id = _idOf(spec);
        _requireStatus(id, OPEN);
        _requireNotAfter(spec.auctionEnd);
        _requireAllowed(spec.allowedProviders, provider, allowedProof);

        uint128 price = Auction.priceDown(spec, block.timestamp);
        (Job memory job, ) = _assign(settings, spec, provider, price, collateral);
        _requireProvider(provider, job.operator);
        _jobs[id] = JobSlotLibrary.pack(JobStatus.Assigned, 0, StructHash.hashMemory(job));
        emit JobTaken(id, spec.buyer, provider, job);
        uint128 excess = spec.maxPrice - price;
        if (excess != 0) IVault(vault).release(spec.payer, spec.token, excess, 0);
        _fundModule(spec, job.module);
    }

    /// @inheritdoc IJobMarket
    function auctionPrice(JobSpec calldata spec, uint64 time) external pure returns (uint128) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireClean(read);
        _requireAuction(read);
        return Auction.priceDown(read, time);
    }

    /// @inheritdoc IJobMarket
    function requiredCollateral(JobSpec calldata spec) external view returns (uint256) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireClean(read);
        Settings settings = _settings;
        _requireSampling(settings, read);
        return _requiredCollateral(settings, read);
    }

    function _hire(JobSpec memory spec, Quote calldata quote, bytes calldata signature) private returns (JobId id) {
        Settings settings = _settings;
        _requireIntake(settings);
        id = _idOf(spec);
        if (JobId.unwrap(quote.jobId) != JobId.unwrap(id)) revert QuoteForOtherJob(quote.jobId, id);
        _requireStatus(id, NONE);
        if (block.timestamp > quote.expiry) revert QuoteExpired(quote.expiry);
        uint128 price = quote.price;
        if (price > spec.maxPrice) revert PriceTooHigh(price, spec.maxPrice);

        address provider = quote.provider;
        (Job memory job, uint32 nonce) = _assign(settings, spec, provider, price, quote.collateral);
        if (quote.nonce != nonce) revert QuoteCancelled(quote.nonce, nonce);
        bytes32 digest = _hashTypedDataV4(StructHash.hash(quote));
        if (!Signatures.isValid(job.operator, provider, digest, signature)) revert InvalidSignature(provider);

        _jobs[id] = JobSlotLibrary.pack(JobStatus.Assigned, 0, StructHash.hashMemory(job));
        JobEvents.emitAssigned(id, provider, spec, job);
        IVault(vault).escrow(spec.payer, spec.token, price + spec.auditPot);
        _fundModule(spec, job.module);
    }

    function _post(JobSpec memory spec, string calldata sources) private returns (JobId id) {
        Settings settings = _settings;
        _requireIntake(settings);
        id = _idOf(spec);
        _requireStatus(id, NONE);
        _checkSpec(settings, spec, spec.maxPrice);
        _requireAuction(spec);
        _requireBounds("auctionEnd", spec.auctionEnd, block.timestamp, block.timestamp + MAX_WINDOW);
        _requireBounds("sources", bytes(sources).length, 0, MAX_SOURCES_LENGTH);
        _freshRate(spec.token, settings.maxRateAge());

        Job memory job;
        job.buyer = spec.buyer;
        job.payer = spec.payer;
        job.token = spec.token;
        uint128 escrowed = spec.maxPrice + spec.auditPot;
        job.money = MoneyLibrary.pack(escrowed, 0);
        job.terms = TermsLibrary.pack(spec.level, 0, spec.challengeWindow, 0, spec.auctionEnd);
        _jobs[id] = JobSlotLibrary.pack(JobStatus.Open, 0, StructHash.hashMemory(job));
        emit JobPosted(id, spec.buyer, spec, job, sources);
        IVault(vault).escrow(spec.payer, spec.token, escrowed);
    }

    /// @dev Checks the spec, locks the collateral and writes down what later votes must not touch.
    function _assign(
        Settings settings,
        JobSpec memory spec,
        address provider,
        uint128 price,
        uint96 collateral
    ) private returns (Job memory job, uint32 nonce) {
        job.module = _checkSpec(settings, spec, price);
        uint256 required = _requiredCollateral(settings, spec);
        if (collateral < required) revert CollateralTooLow(collateral, required);
        (job.operator, nonce) = IProviderRegistry(registry).lock(
            provider,
            collateral,
            spec.minStake,
            spec.capabilities
        );
        job.buyer = spec.buyer;
        job.payer = spec.payer;
        job.provider = provider;
        job.token = spec.token;
        job.money = MoneyLibrary.pack(price, collateral);
        job.terms = TermsLibrary.pack(
            spec.level,
            settings.jobShares(),
            spec.challengeWindow,
            block.timestamp + spec.rejectWindow,
            block.timestamp + spec.executionWindow
        );
    }

    /// @return module That of the spec's level; zero if it has none, or if the model is not exact: then there is nothing to prove.
    function _checkSpec(Settings settings, JobSpec memory spec, uint128 price) private view returns (address module) {
        _requireBounds("items", spec.items, 1, type(uint32).max);
        AssuranceLevel level = spec.level;
        bool checked = level != AssuranceLevel.Optimistic;
        _requireBounds("determinism", spec.determinism, checked ? 1 : 0, 1);
        _requireBounds("auditPot", spec.auditPot, 0, checked ? type(uint128).max - spec.maxPrice : 0);
        _requireSampling(settings, spec);
        _requireBounds("executionWindow", spec.executionWindow, 1, MAX_WINDOW);
        _requireBounds("rejectWindow", spec.rejectWindow, 0, spec.executionWindow);
        _requireBounds("challengeWindow", spec.challengeWindow, settings.minChallengeWindow(), MAX_CHALLENGE_WINDOW);
        if (spec.determinism == 1 && settings.hasModule(uint8(level))) module = _modules[level];
        else if (checked) revert LevelUnavailable(level);
        if (spec.declaredGain < price) revert GainBelowPrice(spec.declaredGain, price);
    }

    function _requireSampling(Settings settings, JobSpec memory spec) private pure {
        _requireBounds("checkBps", spec.checkBps, settings.minCheckBps(), BPS);
        _requireBounds("sampleSize", spec.sampleSize, 1, MAX_SAMPLE_SIZE);
    }

    function _requiredCollateral(Settings settings, JobSpec memory spec) private view returns (uint256) {
        return
            Deterrence.requiredCollateralUp(
                spec.declaredGain,
                _freshRate(spec.token, settings.maxRateAge()),
                spec.checkBps,
                settings.honestShareBps(),
                spec.sampleSize,
                settings.burnBps()
            );
    }

    /// @dev From here the module answers for the audit pot: it holds it as a Vault balance of its own.
    function _fundModule(JobSpec memory spec, address module) private {
        if (spec.auditPot != 0) IVault(vault).release(module, spec.token, spec.auditPot, 0);
    }

    function _requireBuyer(JobSpec memory spec, address caller) private pure {
        _requireClean(spec);
        if (caller != spec.buyer) revert NotBuyer(caller, spec.buyer);
    }

    function _requireSelfPaid(JobSpec memory spec, address caller) private pure {
        _requireBuyer(spec, caller);
        // INVARIANT: nobody's money moves on another account's word; see {Sponsoring}.
        if (spec.payer != caller) revert PayerNotBuyer(spec.payer, caller);
    }

    function _requireIntake(Settings settings) private view {
        if (block.timestamp < settings.pausedUntil()) revert IntakePaused(settings.pausedUntil());
    }

    function _requireAuction(JobSpec memory spec) private pure {
        _requireBounds("auctionEnd", spec.auctionEnd, 1, type(uint40).max);
        _requireBounds("auctionStart", spec.auctionStart, 0, spec.auctionEnd - 1);
        _requireBounds("startPrice", spec.startPrice, 0, spec.maxPrice);
    }

    function _requireAllowed(bytes32 root, address provider, bytes32[] calldata proof) private pure {
        if (root == 0) return;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(provider))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert ProviderNotAllowed(provider);
    }
}
