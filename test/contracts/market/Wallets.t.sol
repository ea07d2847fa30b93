// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {FickleWallet} from "../../../contracts/mocks/FickleWallet.sol";
import {ReturnBombWallet} from "../../../contracts/mocks/ReturnBombWallet.sol";
import {Wallet} from "../../../contracts/mocks/Wallet.sol";
import {Job, JobStatus} from "../../../contracts/types/Job.sol";
import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote, Sponsorship} from "../../../contracts/types/Quote.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {Keys} from "../helpers/Keys.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice Contract wallets as buyers, operators, providers and sponsors; honest and hostile ones.
contract WalletsTest is World {
    function test_AContractWalletBuys() public {
        Wallet wallet = walletOf(buyer);
        fund(address(wallet), address(token), PRICE);
        allow(address(wallet), address(token), PRICE);
        JobSpec memory spec = specOf();
        (spec.buyer, spec.payer) = (address(wallet), address(wallet));
        Quote memory quote = quoteOf(spec);
        Job memory job = modelAssigned(spec, provider, PRICE, COLLATERAL);
        wallet.execute(address(market), abi.encodeCall(market.hire, (spec, quote, sign(Keys.OPERATOR, quote))));
        JobId id = idOf(spec);
        assertJob(id, JobStatus.Assigned, job);
        job = reveal(id, job);
        wallet.execute(address(market), abi.encodeCall(market.accept, (id, job)));
        assertClosed(id, JobStatus.Settled);
    }

    function test_AContractWalletSignsQuotesAsOperatorAndAsProvider() public {
        operateWith(address(walletOf(stranger)));
        hireWith(specOf(), Keys.STRANGER, "");

        address wallet = address(walletOf(stranger));
        stakeAt(wallet, address(market), STAKE);
        enroll(wallet, rival, 7);
        JobSpec memory spec = specOf();
        spec.salt = 0;
        Quote memory quote = quoteOf(spec);
        quote.provider = wallet;
        bytes memory signature = sign(Keys.STRANGER, quote);
        vm.prank(buyer);
        market.hire(spec, quote, signature);
        assertStatus(idOf(spec), JobStatus.Assigned, 0);
    }

    function test_AContractWalletRefusesForeignSignatures() public {
        operateWith(address(walletOf(stranger)));
        hireWith(specOf(), Keys.RIVAL, invalid());
    }

    function test_AContractWalletSponsorsAndHostileOnesOnlyHarmThemselves() public {
        address wallet = address(walletOf(sponsor));
        sponsorWith(wallet, "");
        FickleWallet fickle = FickleWallet(Deploy.create("FickleWallet", ""));
        sponsorWith(address(fickle), "");
        fickle.setAgrees(false);
        sponsorWith(address(fickle), abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, fickle));
    }

    function test_AWalletThatChangesItsMindCannotUndoAHire() public {
        FickleWallet fickle = FickleWallet(Deploy.create("FickleWallet", ""));
        operateWith(address(fickle));
        JobSpec memory spec = specOf();
        Job memory job = modelAssigned(spec, provider, PRICE, COLLATERAL);
        hireWith(spec, Keys.STRANGER, "");
        fickle.setAgrees(false);
        vm.warp(deadlineOf(job) + 1);
        market.defaultJob(idOf(spec), job);
        assertClosed(idOf(spec), JobStatus.Defaulted);
        spec.salt = 0;
        hireWith(spec, Keys.STRANGER, invalid());
    }

    function test_AGasBurnerOnlyFailsTheHireThatAsksIt() public {
        operateWith(Deploy.create("GasBurnerWallet", ""));
        JobSpec memory spec = specOf();
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.STRANGER, quote);
        vm.prank(buyer);
        // A low-level call, because only whether it fails matters.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(market).call{gas: 3_000_000}(abi.encodeCall(market.hire, (spec, quote, signature)));
        vm.assertFalse(ok, "refused or out of gas");
        assertBalance(buyer, FUNDS, "unharmed");
        hireWith(spec, Keys.PROVIDER, "");
    }

    function test_AMegabyteOfAnswerIsNotCopied() public {
        ReturnBombWallet bomb = ReturnBombWallet(Deploy.create("ReturnBombWallet", ""));
        operateWith(address(bomb));
        JobSpec memory spec = specOf();
        bomb.setReverting(true);
        hireWith(spec, Keys.STRANGER, invalid());
        bomb.setReverting(false);
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(Keys.STRANGER, quote);
        vm.prank(buyer);
        // The wallet itself pays 2.0 M gas for its memory; copying the answer would cost the market as much again.
        market.hire{gas: 3_000_000}(spec, quote, signature);
        assertStatus(idOf(spec), JobStatus.Assigned, 0);
    }

    function walletOf(address owner) private returns (Wallet) {
        return Wallet(Deploy.create("Wallet", abi.encode(owner)));
    }

    function operateWith(address hot) private {
        vm.prank(provider);
        registry.update(hot, 7, "https://provider.example");
    }

    function hireWith(JobSpec memory spec, uint256 key, bytes memory refusal) private {
        Quote memory quote = quoteOf(spec);
        bytes memory signature = sign(key, quote);
        if (refusal.length != 0) vm.expectRevert(refusal);
        vm.prank(buyer);
        market.hire(spec, quote, signature);
    }

    function sponsorWith(address payer, bytes memory refusal) private {
        fund(payer, address(token), PRICE);
        allow(payer, address(token), PRICE);
        JobSpec memory spec = specOf();
        (spec.payer, spec.salt) = (payer, bytes32(refusal.length));
        Sponsorship memory promise_ = Sponsorship(
            payer,
            buyer,
            address(token),
            PRICE,
            uint64(block.timestamp),
            bytes32(refusal.length)
        );
        Quote memory quote = quoteOf(spec);
        bytes memory offer = sign(Keys.OPERATOR, quote);
        bytes memory signature = sign(Keys.SPONSOR, promise_);
        if (refusal.length != 0) vm.expectRevert(refusal);
        vm.prank(buyer);
        market.hireSponsored(spec, quote, offer, promise_, signature);
    }

    function invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarketErrors.InvalidSignature.selector, provider);
    }
}
