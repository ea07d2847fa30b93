// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote, Sponsorship} from "../../../contracts/types/Quote.sol";
import {Digests} from "../helpers/Digests.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice Jobs that somebody else pays: never more than was signed, and refunds go back to who paid.
contract SponsorTest is World {
    uint128 private constant CAP = 25e6;

    function setUp() public override {
        super.setUp();
        fund(sponsor, address(token), FUNDS);
        allow(sponsor, address(token), type(uint256).max);
    }

    function test_SponsoredCallsRefuseInSourceOrder() public {
        JobSpec memory spec = sponsoredSpec(1);
        Sponsorship memory promise_ = promised();
        promise_.buyer = stranger;
        bytes memory signature = sign(Keys.STRANGER, promise_);
        refused(
            stranger,
            spec,
            promise_,
            signature,
            abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, stranger, buyer)
        );

        bytes memory mismatch = abi.encodeWithSelector(IJobMarketErrors.SponsorshipMismatch.selector);
        promise_.expiry = uint64(block.timestamp) - 1;
        refused(buyer, spec, promise_, signature, mismatch);
        promise_.buyer = buyer;
        promise_.payer = stranger;
        refused(buyer, spec, promise_, signature, mismatch);
        promise_.payer = sponsor;
        promise_.token = address(glia);
        refused(buyer, spec, promise_, signature, mismatch);
        promise_.token = address(token);
        refused(
            buyer,
            spec,
            promise_,
            signature,
            abi.encodeWithSelector(IJobMarketErrors.SponsorshipExpired.selector, promise_.expiry)
        );
        promise_.expiry++;
        promise_.cap = PRICE - 1;
        bytes memory invalid = abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, sponsor);
        refused(buyer, spec, promise_, signature, invalid);
        bytes memory abroad = Keys.sign(
            Keys.SPONSOR,
            Digests.sponsorship(promise_, address(market), block.chainid + 1)
        );
        refused(buyer, spec, promise_, abroad, invalid);
        bytes memory elsewhere = Keys.sign(Keys.SPONSOR, Digests.sponsorship(promise_, address(this), block.chainid));
        refused(buyer, spec, promise_, elsewhere, invalid);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.SponsorshipCapExceeded.selector, PRICE - 1, 0, PRICE));
        hireSponsored(spec, promise_, sign(Keys.SPONSOR, promise_));
    }

    function test_TheCapHoldsOverAllJobsAndRefundsDoNotRestoreIt() public {
        Sponsorship memory promise_ = promised();
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        for (uint256 salt = 0; salt < 3; salt++) {
            JobSpec memory spec = sponsoredSpec(salt);
            Job memory job = modelAssigned(spec, provider, PRICE, COLLATERAL);
            hireSponsored(spec, promise_, signature);
            assertJob(idOf(spec), JobStatus.Assigned, job);
            vm.prank(operator);
            market.reject(idOf(spec), job, "no");
            (, uint128 spent) = market.sponsored(promise_);
            vm.assertEq(spent, PRICE * (salt + 1), "spent");
        }
        assertBalance(sponsor, FUNDS, "refunds return to the payer");
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarketErrors.SponsorshipCapExceeded.selector, CAP, 3 * PRICE, PRICE)
        );
        hireSponsored(sponsoredSpec(3), promise_, signature);
    }

    function test_ASponsoredHireTakesFromTheSponsorAlone() public {
        JobSpec memory spec = sponsoredSpec(1);
        Sponsorship memory promise_ = promised();
        bytes32 digest = Digests.sponsorship(promise_, address(market), block.chainid);
        vm.expectEmit(address(market));
        emit IJobMarket.SponsorshipSpent(digest, sponsor, PRICE);
        hireSponsored(spec, promise_, sign(Keys.SPONSOR, promise_));
        assertBalance(sponsor, FUNDS - PRICE, "sponsor");
        assertBalance(buyer, FUNDS, "buyer");
        (bytes32 got, uint128 spent) = market.sponsored(promise_);
        vm.assertEq(got, digest, "digest");
        vm.assertEq(spent, PRICE, "spent");
    }

    function test_ASponsorshipIsNoAllowance() public {
        allow(sponsor, address(token), 0);
        Sponsorship memory promise_ = promised();
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        vm.expectRevert(
            abi.encodeWithSelector(IVault.InsufficientAllowance.selector, sponsor, market, token, 0, PRICE)
        );
        hireSponsored(sponsoredSpec(1), promise_, signature);
        (, uint128 spent) = market.sponsored(promise_);
        vm.assertEq(spent, 0, "a refused job spends nothing");
    }

    function test_ASponsoredAuctionSpendsTheMaximumAndReturnsTheRest() public {
        JobSpec memory spec = sponsoredSpec(1);
        Sponsorship memory promise_ = promised();
        Job memory job = modelOpen(spec);
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        vm.prank(buyer);
        market.postSponsored(spec, "", promise_, signature);
        assertJob(idOf(spec), JobStatus.Open, job);
        assertBalance(sponsor, FUNDS - MAX_PRICE, "escrowed");
        vm.prank(provider);
        market.take(spec, provider, COLLATERAL, new bytes32[](0));
        assertBalance(sponsor, FUNDS - 1e6, "the difference returns to the payer");
        (, uint128 spent) = market.sponsored(promise_);
        vm.assertEq(spent, MAX_PRICE, "spent");
    }

    function test_PostSponsoredRefusesInSourceOrder() public {
        JobSpec memory spec = sponsoredSpec(1);
        Sponsorship memory promise_ = promised();
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, sponsor, buyer));
        vm.prank(sponsor);
        market.postSponsored(spec, "", promise_, signature);
        vm.warp(promise_.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.SponsorshipExpired.selector, promise_.expiry));
        vm.prank(buyer);
        market.postSponsored(spec, "", promise_, signature);
        vm.warp(promise_.expiry);
        market.pause(uint64(block.timestamp) + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.IntakePaused.selector, block.timestamp + 1));
        vm.prank(buyer);
        market.postSponsored(spec, "", promise_, signature);
    }

    function test_TheBuyerCancelsAndThePayerIsRefunded() public {
        JobSpec memory spec = sponsoredSpec(1);
        Sponsorship memory promise_ = promised();
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        Job memory job = modelOpen(spec);
        vm.prank(buyer);
        market.postSponsored(spec, "", promise_, signature);
        JobId id = idOf(spec);
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.NotBuyer.selector, sponsor, buyer));
        vm.prank(sponsor);
        market.cancel(id, job);
        vm.prank(buyer);
        market.cancel(id, job);
        assertBalance(sponsor, FUNDS, "sponsor");
        assertBalance(buyer, FUNDS, "buyer");
    }

    function testFuzz_SpendingNeverExceedsTheCap(uint128 cap, uint128[8] memory prices) public {
        cap = cap % uint128(FUNDS);
        Sponsorship memory promise_ = promised();
        promise_.cap = cap;
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        uint256 spent;
        for (uint256 i = 0; i < prices.length; i++) {
            JobSpec memory spec = sponsoredSpec(i);
            Quote memory quote = quoteOf(spec);
            quote.price = prices[i] % (MAX_PRICE + 1);
            bytes memory offer = sign(Keys.OPERATOR, quote);
            vm.prank(buyer);
            try market.hireSponsored(spec, quote, offer, promise_, signature) {
                spent += quote.price;
                vm.assertLe(spent, cap, "within the cap");
            } catch {
                vm.assertGt(spent + quote.price, cap, "only beyond the cap");
            }
        }
        assertBalance(sponsor, FUNDS - spent, "sponsor");
    }

    function sponsoredSpec(uint256 salt) private view returns (JobSpec memory spec) {
        spec = specOf();
        spec.payer = sponsor;
        spec.salt = bytes32(salt);
    }

    function promised() private view returns (Sponsorship memory) {
        return
            Sponsorship({
                payer: sponsor,
                buyer: buyer,
                token: address(token),
                cap: CAP,
                expiry: uint64(block.timestamp) + 60,
                salt: 0
            });
    }

    function refused(
        address caller,
        JobSpec memory spec,
        Sponsorship memory promise_,
        bytes memory signature,
        bytes memory why
    ) private {
        Quote memory quote = quoteOf(spec);
        bytes memory offer = sign(Keys.OPERATOR, quote);
        vm.expectRevert(why);
        vm.prank(caller);
        market.hireSponsored(spec, quote, offer, promise_, signature);
    }

    /// @dev Asks the contracts nothing before the hire, so that an expected refusal is the hire's.
    function hireSponsored(JobSpec memory spec, Sponsorship memory promise_, bytes memory signature) private {
        Quote memory quote = quoteOf(spec, 0);
        bytes memory offer = sign(Keys.OPERATOR, quote);
        vm.prank(buyer);
        market.hireSponsored(spec, quote, offer, promise_, signature);
    }
}
