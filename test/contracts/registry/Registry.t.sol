// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Permit} from "../../../contracts/interfaces/IVault.sol";
import {Deploy} from "../helpers/Deploy.sol";
import {Keys} from "../helpers/Keys.sol";
import {Ledgers} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";

/// @notice What owners of stake do with it.
contract RegistryTest is Ledgers {
    address private constant MARKET = address(0x3A12);
    address private constant OTHER = address(0x3A13);

    function test_RegisterRefusesInSourceOrder() public {
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidOperator.selector, address(0)));
        registry.register(address(0), 0, "");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidEndpoint.selector, 0));
        registry.register(operator, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidEndpoint.selector, 257));
        registry.register(operator, 0, string(new bytes(257)));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.StakeBelowMinimum.selector, provider, 0, MINIMUM));
        registry.register(operator, 0, "https://a.example");
        vm.stopPrank();

        stakeAt(provider, MARKET, MINIMUM);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Registered(provider, operator, 5, "https://a.example");
        vm.startPrank(provider);
        registry.register(operator, 5, "https://a.example");
        assertProvider(operator, 5, 0, MINIMUM, "https://a.example");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.AlreadyRegistered.selector, provider));
        registry.register(operator, 5, "https://a.example");
    }

    function test_StakeOneUnitBelowTheMinimumDoesNotRegister() public {
        stakeAt(provider, MARKET, MINIMUM - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.StakeBelowMinimum.selector, provider, MINIMUM - 1, MINIMUM)
        );
        vm.prank(provider);
        registry.register(operator, 0, "e");
    }

    function test_UpdateRefusesInSourceOrder() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, provider));
        vm.prank(provider);
        registry.update(address(0), 0, "");
        registered();
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidOperator.selector, address(0)));
        registry.update(address(0), 0, "");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidEndpoint.selector, 0));
        registry.update(rival, 0, "");

        vm.expectEmit(address(registry));
        emit IProviderRegistry.Updated(provider, rival, 9, "https://b.example");
        registry.update(rival, 9, "https://b.example");
        assertProvider(rival, 9, 0, MINIMUM, "https://b.example");
    }

    function test_DeregisterCancelsQuotesAndForgetsTheEndpoint() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, provider));
        vm.prank(provider);
        registry.deregister();
        registered();

        vm.expectEmit(address(registry));
        emit IProviderRegistry.Deregistered(provider);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.QuoteNonceBumped(provider, 1);
        vm.prank(provider);
        registry.deregister();
        assertProvider(address(0), 0, 1, MINIMUM, "");
    }

    function test_OnlyProviderAndOperatorBumpTheQuoteNonce() public {
        registered();
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotProvider.selector, stranger, provider));
        vm.prank(stranger);
        registry.bumpQuoteNonce(provider);
        vm.prank(operator);
        registry.bumpQuoteNonce(provider);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.QuoteNonceBumped(provider, 2);
        vm.prank(provider);
        registry.bumpQuoteNonce(provider);
        vm.assertEq(registry.provider(provider).quoteNonce, 2, "nonce");
    }

    function test_StakeRefusesInSourceOrder() public {
        glia.mint(provider, 10);
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ZeroStake.selector));
        registry.stake(address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ZeroMarket.selector));
        registry.stake(address(0), 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(registry), 0, 1)
        );
        registry.stake(MARKET, 1);

        glia.approve(address(registry), 10);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Staked(provider, MARKET, 10);
        registry.stake(MARKET, 10);
        assertPosition(provider, MARKET, 10, 0);
        vm.assertEq(registry.provider(provider).stake, 10, "stake");
        vm.assertEq(glia.balanceOf(address(registry)), 10, "held");
    }

    function test_AFrontRunPermitDoesNotBreakTheStake() public {
        glia.mint(provider, 10);
        Permit memory permit = permitFor(Keys.PROVIDER, glia, address(registry), 10);
        IPermit(address(glia)).permit(
            provider,
            address(registry),
            permit.value,
            permit.deadline,
            permit.v,
            permit.r,
            permit.s
        );
        vm.prank(provider);
        registry.stakeWithPermit(MARKET, 10, permit);
        assertPosition(provider, MARKET, 10, 0);
    }

    function test_APermitStakesInOneTransactionAndABadOneSaysWhatIsMissing() public {
        glia.mint(provider, 10);
        Permit memory permit = permitFor(Keys.PROVIDER, glia, address(registry), 10);
        vm.prank(provider);
        registry.stakeWithPermit(MARKET, 10, permit);
        assertPosition(provider, MARKET, 10, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(registry), 0, 1)
        );
        vm.prank(provider);
        registry.stakeWithPermit(MARKET, 1, permit);
    }

    function test_MoveStakeRefusesInSourceOrder() public {
        stakeAt(provider, MARKET, 10);
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ZeroStake.selector));
        registry.moveStake(MARKET, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ZeroMarket.selector));
        registry.moveStake(MARKET, address(0), 11);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, MARKET, 10, 11)
        );
        registry.moveStake(MARKET, OTHER, 11);

        vm.expectEmit(address(registry));
        emit IProviderRegistry.StakeMoved(provider, MARKET, OTHER, 4);
        registry.moveStake(MARKET, OTHER, 4);
        assertPosition(provider, MARKET, 6, 0);
        assertPosition(provider, OTHER, 4, 0);
        registry.moveStake(OTHER, OTHER, 4);
        assertPosition(provider, OTHER, 4, 0);
        vm.assertEq(registry.provider(provider).stake, 10, "stake");
    }

    function test_UnstakeRefusesInSourceOrder() public {
        registered();
        stakeAt(provider, MARKET, 1);
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ZeroStake.selector));
        registry.unstake(MARKET, 0, address(0));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(0)));
        registry.unstake(MARKET, MINIMUM + 2, address(0));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(registry)));
        registry.unstake(MARKET, MINIMUM + 2, address(registry));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProviderRegistry.InsufficientFreeStake.selector,
                provider,
                MARKET,
                MINIMUM + 1,
                MINIMUM + 2
            )
        );
        registry.unstake(MARKET, MINIMUM + 2, stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.StakeBelowMinimum.selector, provider, MINIMUM - 1, MINIMUM)
        );
        registry.unstake(MARKET, 2, stranger);

        vm.expectEmit(address(registry));
        emit IProviderRegistry.Unstaked(provider, MARKET, stranger, 1);
        registry.unstake(MARKET, 1, stranger);
        vm.assertEq(glia.balanceOf(stranger), 1, "arrived");

        registry.deregister();
        registry.unstake(MARKET, MINIMUM, provider);
        assertPosition(provider, MARKET, 0, 0);
        vm.assertEq(registry.provider(provider).stake, 0, "stake");
    }

    function test_TheMinimumStakeHasHardBounds() public {
        uint96 low = 1e18;
        uint96 high = 1e6 * 1e18;
        vm.expectRevert(
            abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("minimumStake"), low - 1, low, high)
        );
        registry.setMinimumStake(low - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("minimumStake"), high + 1, low, high)
        );
        registry.setMinimumStake(high + 1);
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("minimumStake"), 0, low, high));
        Deploy.create("ProviderRegistry", abi.encode(authority, glia, 0));

        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        registry.setMinimumStake(low);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.MinimumStakeSet(low);
        registry.setMinimumStake(low);
        registry.setMinimumStake(high);
        vm.assertEq(registry.minimumStake(), high, "minimum");
    }

    function registered() private {
        stakeAt(provider, MARKET, MINIMUM);
        enroll(provider, operator, 7);
    }

    function assertPosition(address account, address market, uint256 free, uint256 locked) private view {
        vm.assertEq(registry.position(account, market).free, free, "free");
        vm.assertEq(registry.position(account, market).locked, locked, "locked");
    }

    function assertProvider(
        address hot,
        uint64 capabilities,
        uint32 nonce,
        uint96 stake,
        string memory endpoint
    ) private view {
        IProviderRegistry.Provider memory got = registry.provider(provider);
        vm.assertEq(got.operator, hot, "operator");
        vm.assertEq(got.capabilities, capabilities, "capabilities");
        vm.assertEq(got.quoteNonce, nonce, "nonce");
        vm.assertEq(got.stake, stake, "stake");
        vm.assertEq(got.registered, hot != address(0), "registered");
        vm.assertEq(got.endpoint, endpoint, "endpoint");
    }
}

interface IPermit {
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
