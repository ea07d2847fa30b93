// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {Quote} from "../../../contracts/types/Quote.sol";
import {Digests} from "../helpers/Digests.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice `hire`: each refusal in source order, every replay, and what stands on chain afterwards.
contract HireTest is World {
    function test_HireRefusesOtherCallersThanTheBuyer() public {
        JobSpec memory spec = specOf();
        spec.payer = sponsor;
        refusedFor(
            stranger,
            spec,
            quoteOf(spec),
            abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, stranger, buyer)
        );
    }

    function test_HireNeverPaysFromAnothersBalance() public {
        fund(sponsor, address(token), FUNDS);
        allow(sponsor, address(token), type(uint256).max);
        market.pause(uint64(block.timestamp) + 1);
        JobSpec memory spec = specOf();
        spec.payer = sponsor;
        refused(spec, quoteOf(spec), abi.encodeWithSelector(IJobMarketErrors.PayerNotBuyer.selector, sponsor, buyer));
    }

    function test_HireIsRefusedWhilePaused() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        quote.jobId = JobId.wrap(0);
        market.pause(uint64(block.timestamp) + 1);
        refused(spec, quote, abi.encodeWithSelector(IJobMarketErrors.IntakePaused.selector, block.timestamp + 1));
    }

    function test_AQuoteForAnotherSpecIsRefused() public {
        JobSpec memory spec = specOf();
        JobSpec memory other = specOf();
        other.items++;
        hired();
        refused(
            spec,
            quoteOf(other),
            abi.encodeWithSelector(IJobMarketErrors.QuoteForOtherJob.selector, idOf(other), idOf(spec))
        );
    }

    function test_AQuoteIsUsedOnce() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        (JobId id, ) = hired();
        quote.expiry = 0;
        refused(spec, quote, wrongStatus(id, JobStatus.Assigned));
    }

    function test_AnIdIsNeverUsedAgain() public {
        (JobId id, Job memory job) = revealed();
        vm.prank(buyer);
        market.accept(id, job);
        refused(specOf(), quoteOf(specOf()), wrongStatus(id, JobStatus.Settled));
        vm.expectRevert(wrongStatus(id, JobStatus.Settled));
        vm.prank(buyer);
        market.post(specOf(), "");
    }

    function test_AQuoteIsValidUpToItsExpiryAndNotAfter() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        quote.price = spec.maxPrice + 1;
        vm.warp(quote.expiry + 1);
        refused(spec, quote, abi.encodeWithSelector(IJobMarketErrors.QuoteExpired.selector, quote.expiry));
        vm.warp(quote.expiry);
        refused(
            spec,
            quote,
            abi.encodeWithSelector(IJobMarketErrors.PriceTooHigh.selector, spec.maxPrice + 1, spec.maxPrice)
        );
    }

    function test_TooLittleCollateralIsRefused() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        quote.provider = stranger;
        quote.collateral = 380e18 - 1;
        refused(
            spec,
            quote,
            abi.encodeWithSelector(IJobMarketErrors.CollateralTooLow.selector, quote.collateral, 380e18)
        );
    }

    function test_TheRegistryRefusesAbsentAndUnfitProviders() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        quote.nonce = 9;
        quote.provider = stranger;
        refused(spec, quote, abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, stranger));
        spec.capabilities = 8;
        refused(
            spec,
            quoteOf(spec),
            abi.encodeWithSelector(IProviderRegistry.MissingCapabilities.selector, provider, 7, 8)
        );
        spec = specOf();
        spec.minStake = STAKE + 1;
        refused(
            spec,
            quoteOf(spec),
            abi.encodeWithSelector(IProviderRegistry.StakeBelowMinimum.selector, provider, STAKE, STAKE + 1)
        );
        spec = specOf();
        quote = quoteOf(spec);
        quote.collateral = STAKE + 1;
        refused(
            spec,
            quote,
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, market, STAKE, STAKE + 1)
        );
    }

    function test_ABumpedNonceCancelsEveryQuote() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        vm.prank(operator);
        registry.bumpQuoteNonce(provider);
        refused(spec, quote, abi.encodeWithSelector(IJobMarketErrors.QuoteCancelled.selector, 0, 1));
    }

    function test_AQuoteBySomebodyElseIsRefused() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory invalid = abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, provider);
        tryHire(spec, quote, sign(Keys.STRANGER, quote), invalid);
        tryHire(spec, quote, "", invalid);
        bytes memory signature = sign(Keys.OPERATOR, quote);
        quote.price--;
        tryHire(spec, quote, signature, invalid);
    }

    function test_AFormerOperatorsQuotesDie() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        vm.prank(provider);
        registry.update(rival, 7, "https://provider.example");
        refused(spec, quote, abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, provider));
    }

    function test_AQuoteForAnotherChainOrMarketIsRefused() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory invalid = abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, provider);
        bytes32 otherChain = Digests.quote(quote, address(market), block.chainid + 1);
        tryHire(spec, quote, Keys.sign(Keys.PROVIDER, otherChain), invalid);
        bytes32 otherMarket = Digests.quote(quote, address(this), block.chainid);
        tryHire(spec, quote, Keys.sign(Keys.PROVIDER, otherMarket), invalid);
    }

    function test_AJobIdNamesChainAndMarket() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        quote.jobId = Digests.jobId(spec, address(this), block.chainid);
        refused(
            spec,
            quote,
            abi.encodeWithSelector(IJobMarketErrors.QuoteForOtherJob.selector, quote.jobId, idOf(spec))
        );
        quote = quoteOf(spec);
        vm.chainId(block.chainid + 1);
        vm.assertTrue(JobId.unwrap(market.jobId(spec)) != JobId.unwrap(quote.jobId), "another chain, another id");
        refused(
            spec,
            quote,
            abi.encodeWithSelector(IJobMarketErrors.QuoteForOtherJob.selector, quote.jobId, idOf(spec))
        );
    }

    function test_TheVaultRefusesAMissingAllowanceOrBalance() public {
        allow(buyer, address(token), PRICE - 1);
        JobSpec memory spec = specOf();
        refused(
            spec,
            quoteOf(spec),
            abi.encodeWithSelector(IVault.InsufficientAllowance.selector, buyer, market, token, PRICE - 1, PRICE)
        );
        allow(buyer, address(token), PRICE);
        vm.prank(buyer);
        vault.withdraw(address(token), FUNDS - 1, buyer);
        refused(
            spec,
            quoteOf(spec),
            abi.encodeWithSelector(IVault.InsufficientBalance.selector, buyer, token, 1, PRICE)
        );
        vm.assertEq(vault.allowance(buyer, address(market), address(token)), PRICE, "a refusal leaves all as it was");
        assertStake(provider, STAKE, 0);
    }

    function test_HireEscrowsLocksAndWritesTheWholeJob() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.OPERATOR, quote);
        Job memory job = modelAssigned(spec, provider, PRICE, COLLATERAL);
        JobId id = idOf(spec);
        vm.expectEmit(address(market));
        emit IJobMarket.JobAssigned(id, buyer, provider, spec, operator, job.money, job.terms, address(0));
        vm.prank(buyer);
        vm.assertEq(JobId.unwrap(market.hire(spec, quote, signature)), JobId.unwrap(id), "id");
        assertJob(id, JobStatus.Assigned, job);
        assertBalance(buyer, FUNDS - PRICE, "the buyer's balance");
        assertEscrow(PRICE, 0);
        assertStake(provider, STAKE - COLLATERAL, COLLATERAL);
    }

    function test_TheProvidersOwnKeySignsQuotesToo() public {
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.PROVIDER, quote);
        vm.prank(buyer);
        market.hire(spec, quote, signature);
        assertStatus(idOf(spec), JobStatus.Assigned, 0);
    }

    function test_LaterVotesDoNotTouchAHiredJob() public {
        (JobId id, Job memory job) = revealed();
        Parameters memory p = market.parameters();
        p.feeBps = 1_000;
        market.setParameters(p);
        vm.prank(buyer);
        market.accept(id, job);
        assertBalance(provider, PRICE - PRICE / 100, "paid at the old fee");
    }

    function refused(JobSpec memory spec, Quote memory quote, bytes memory why) private {
        refusedFor(spec.buyer, spec, quote, why);
    }

    function refusedFor(address caller, JobSpec memory spec, Quote memory quote, bytes memory why) private {
        bytes memory signature = sign(Keys.OPERATOR, quote);
        vm.expectRevert(why);
        vm.prank(caller);
        market.hire(spec, quote, signature);
    }

    function tryHire(JobSpec memory spec, Quote memory quote, bytes memory signature, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(buyer);
        market.hire(spec, quote, signature);
    }

    function wrongStatus(JobId id, JobStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarketErrors.WrongStatus.selector, id, status, bytes32(uint256(1)));
    }
}
