// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {ScriptedMarket} from "../../../contracts/mocks/ScriptedMarket.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {vm} from "../helpers/Vm.sol";
import {Ghosts} from "./Ghosts.sol";

/// @notice Deposits, allowances, stake, time, and a malicious market that does what it can.
abstract contract MoneyActions is Ghosts {
    function deposit(uint256 who, uint256 what, uint256 amount) external {
        (address account, address asset) = (actorOf(who), assetOf(what));
        amount = 1 + (amount % 500e6);
        give(account, asset, amount);
        uint256 arrives = asset == assets[1] ? amount - amount / 100 : amount;
        vm.prank(account);
        vm.assertEq(vault.deposit(asset, amount), arrives, "credited");
        balance[account][asset] += arrives;
        held[asset] += arrives;
        if (asset == address(glia)) minted += amount;
        did("deposit");
    }

    function withdraw(uint256 who, uint256 what, uint256 amount) external {
        (address account, address asset) = (actorOf(who), assetOf(what));
        if (balance[account][asset] == 0) return;
        amount = 1 + (amount % balance[account][asset]);
        vm.prank(account);
        vault.withdraw(asset, amount, account);
        balance[account][asset] -= amount;
        held[asset] -= amount;
        did("withdraw");
    }

    function allow(uint256 who, uint256 where, uint256 what, uint256 amount) external {
        (address account, address asset) = (actorOf(who), assetOf(what));
        where = where % 3;
        amount = amount % 3 == 0 ? type(uint256).max : amount % 500e6;
        // Nobody trusts the malicious market with more than a little.
        if (where == 2) amount = amount % 1e6;
        vm.prank(account);
        vault.allow(markets[where], asset, amount);
        allowed[account][where][asset] = amount;
        did("allow");
    }

    function collect(uint256 where, uint256 what) external {
        where = where % 3;
        address asset = assetOf(what);
        if (fees[where][asset] == 0) return;
        vm.prank(stranger);
        vault.collectFees(markets[where], asset);
        balance[TREASURY][asset] += fees[where][asset];
        fees[where][asset] = 0;
        did("collect");
    }

    function stake(uint256 who, uint256 where, uint96 amount) external {
        address account = actorOf(who);
        where = where % 3;
        amount = 1 + (amount % (where == 2 ? 1e18 : STAKE));
        stakeAt(account, markets[where], amount);
        free[account][where] += amount;
        minted += amount;
        did("stake");
    }

    function unstake(uint256 who, uint256 where, uint256 amount) external {
        address account = actorOf(who);
        where = where % 3;
        if (free[account][where] == 0) return;
        amount = 1 + (amount % free[account][where]);
        if (enrolled[account] && stakeOf(account) - amount < MINIMUM) return;
        vm.prank(account);
        registry.unstake(markets[where], uint96(amount), account);
        free[account][where] -= amount;
        did("unstake");
    }

    function moveStake(uint256 who, uint256 from, uint256 to, uint256 amount) external {
        address account = actorOf(who);
        (from, to) = (from % 3, to % 2);
        if (free[account][from] == 0) return;
        amount = 1 + (amount % free[account][from]);
        vm.prank(account);
        registry.moveStake(markets[from], markets[to], uint96(amount));
        free[account][from] -= amount;
        free[account][to] += amount;
        did("moveStake");
    }

    /// @dev Seldom leaves, and comes back at the next call.
    function register(uint256 who, uint256 leave) external {
        address account = who % 2 == 0 ? provider : rival;
        if (!enrolled[account]) {
            if (stakeOf(account) < MINIMUM) return;
            enroll(account, vm.addr(hotKeyOf(account)), 7);
            enrolled[account] = true;
            did("register");
        } else if (leave % 8 == 0) {
            vm.prank(account);
            registry.deregister();
            enrolled[account] = false;
            did("deregister");
        } else {
            vm.prank(account);
            registry.bumpQuoteNonce(account);
            did("bumpQuoteNonce");
        }
    }

    function wait(uint256 seconds_) external {
        time += seconds_ % 8 == 0 ? seconds_ % 8 hours : seconds_ % 60;
        vm.warp(time);
        for (uint256 i = 0; i < 2; i++) {
            IJobMarket(markets[i]).setGliaPerToken(assets[0], RATE);
            IJobMarket(markets[i]).setGliaPerToken(assets[1], RATE);
        }
        did("wait");
    }

    function vote(uint256 where, uint256 feeBps, uint256 missSlashBps) external {
        Parameters memory p = defaults();
        (p.feeBps, p.missSlashBps) = (uint16(feeBps % 1_001), uint16(100 + (missSlashBps % 4_901)));
        IJobMarket(markets[where % 2]).setParameters(p);
        did("vote");
    }

    /// @dev What the malicious market was granted, it may take; what it escrowed, it may give to anybody.
    function abuse(uint256 who, uint256 to, uint256 what, uint256 amount) external {
        (address account, address other, address asset) = (actorOf(who), actorOf(to), assetOf(what));
        uint256 most = allowed[account][2][asset];
        if (most > balance[account][asset]) most = balance[account][asset];
        if (most != 0) {
            amount = 1 + (amount % most);
            evilly(address(vault), abi.encodeCall(vault.escrow, (account, asset, uint128(amount))));
            spend(account, 2, asset, amount);
            escrowed[2][asset] += amount;
            did("abuse escrow");
        }
        uint256 part = escrowed[2][asset] / 2;
        if (part == 0) return;
        evilly(address(vault), abi.encodeCall(vault.release, (other, asset, uint128(part), 1)));
        balance[other][asset] += part;
        escrowed[2][asset] -= part + 1;
        fees[2][asset] += 1;
        did("abuse release");
    }

    function abuseStake(uint256 who, uint256 to, uint256 amount) external {
        (address account, address other) = (actorOf(who), actorOf(to));
        if (free[account][2] == 0 || !enrolled[account]) return;
        amount = 1 + (amount % free[account][2]);
        evilly(address(registry), abi.encodeCall(registry.lock, (account, uint96(amount), 0, 0)));
        evilly(address(registry), abi.encodeCall(registry.slash, (account, uint96(amount - 1), other, 1)));
        free[account][2] -= amount;
        free[other][2] += 1;
        burned += amount - 1;
        did("abuse stake");
    }

    /// @dev One unit beyond what it was granted, escrowed, or locked: each attempt must fail.
    function steal(uint256 who, uint256 what) external {
        (address account, address asset) = (actorOf(who), assetOf(what));
        uint256 most = allowed[account][2][asset];
        fails(address(vault), abi.encodeCall(vault.escrow, (account, asset, uint128(most + 1))));
        fails(address(vault), abi.encodeCall(vault.release, (stranger, asset, uint128(escrowed[2][asset]), 1)));
        fails(address(registry), abi.encodeCall(registry.lock, (account, uint96(free[account][2] + 1), 0, 0)));
        fails(address(registry), abi.encodeCall(registry.unlock, (account, 1)));
        fails(address(registry), abi.encodeCall(registry.slash, (account, 1, stranger, 0)));
        did("steal");
    }

    function evilly(address target, bytes memory data) private {
        ScriptedMarket(markets[2]).execute(target, data);
    }

    function fails(address target, bytes memory data) private {
        // A low-level call, because several functions, and each must fail.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = markets[2].call(abi.encodeCall(ScriptedMarket.execute, (target, data)));
        vm.assertFalse(ok, "the malicious market went too far");
    }
}
