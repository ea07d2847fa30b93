// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Ledgers} from "../helpers/Ledgers.sol";
import {vm} from "../helpers/Vm.sol";

/// @notice What a market, even a malicious one, can do to stake: only what was put there.
contract RegistryMarketsTest is Ledgers {
    address private constant MARKET = address(0x3A12);
    address private constant THIEF = address(0xBAD);

    function setUp() public override {
        super.setUp();
        stakeAt(provider, MARKET, MINIMUM);
        enroll(provider, operator, 6);
    }

    function test_LockRefusesInSourceOrder() public {
        vm.startPrank(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, stranger));
        registry.lock(stranger, MINIMUM + 1, MINIMUM + 1, 7);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.MissingCapabilities.selector, provider, 6, 7));
        registry.lock(provider, MINIMUM + 1, MINIMUM + 1, 7);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.StakeBelowMinimum.selector, provider, MINIMUM, MINIMUM + 1)
        );
        registry.lock(provider, MINIMUM + 1, MINIMUM + 1, 2);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProviderRegistry.InsufficientFreeStake.selector,
                provider,
                MARKET,
                MINIMUM,
                MINIMUM + 1
            )
        );
        registry.lock(provider, MINIMUM + 1, MINIMUM, 6);

        (address hot, uint32 nonce) = registry.lock(provider, 3, MINIMUM, 4);
        vm.assertEq(hot, operator, "operator");
        vm.assertEq(nonce, 0, "nonce");
        // What is locked still counts towards the stake that a buyer asks for.
        registry.lock(provider, 4, MINIMUM, 0);
        assertPosition(provider, MINIMUM - 7, 7);
    }

    function test_UnlockNeverExceedsWhatTheMarketLocked() public {
        locked(5);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientLockedStake.selector, provider, MARKET, 5, 6)
        );
        vm.prank(MARKET);
        registry.unlock(provider, 6);
        vm.prank(MARKET);
        registry.unlock(provider, 5);
        assertPosition(provider, MINIMUM, 0);
    }

    function test_SlashNeverExceedsWhatTheMarketLocked() public {
        locked(5);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientLockedStake.selector, provider, MARKET, 5, 6)
        );
        vm.prank(MARKET);
        registry.slash(provider, 3, stranger, 3);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(0)));
        vm.prank(MARKET);
        registry.slash(provider, 3, address(0), 2);
    }

    function test_SlashWithHugeNumbersDoesNotWrapAround() public {
        locked(5);
        vm.expectRevert();
        vm.prank(MARKET);
        registry.slash(provider, type(uint96).max, stranger, 2);
        assertPosition(provider, MINIMUM - 5, 5);
    }

    function test_SlashBurnsOnePartAndRewardsTheOther() public {
        locked(5);
        uint256 supply = glia.totalSupply();
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Slashed(MARKET, provider, 3, stranger, 2);
        vm.prank(MARKET);
        registry.slash(provider, 3, stranger, 2);
        assertPosition(provider, MINIMUM - 5, 0);
        assertPosition(stranger, 2, 0);
        vm.assertEq(glia.totalSupply(), supply - 3, "burned");
        vm.assertEq(registry.provider(provider).stake, MINIMUM - 5, "stake");
        vm.assertEq(registry.provider(stranger).stake, 2, "reward");
        vm.prank(stranger);
        registry.unstake(MARKET, 2, stranger);
        vm.assertEq(glia.balanceOf(stranger), 2, "rewards leave at once, registered or not");
    }

    function test_SlashWithoutBurnOrRewardNeedsNoRecipient() public {
        locked(5);
        vm.startPrank(MARKET);
        registry.slash(provider, 0, address(0), 0);
        registry.slash(provider, 0, provider, 5);
        assertPosition(provider, MINIMUM, 0);
        vm.assertEq(registry.provider(provider).stake, MINIMUM, "rewarding oneself gains nothing");
    }

    function test_AMaliciousMarketTouchesNothingOfAnother() public {
        locked(5);
        vm.startPrank(THIEF);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, THIEF, 0, 1)
        );
        registry.lock(provider, 1, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientLockedStake.selector, provider, THIEF, 0, 1)
        );
        registry.unlock(provider, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientLockedStake.selector, provider, THIEF, 0, 1)
        );
        registry.slash(provider, 1, THIEF, 0);
        registry.countRejection(provider);
        vm.assertEq(registry.position(provider, THIEF).rejections, 1, "its own count");
        vm.assertEq(registry.position(provider, MARKET).rejections, 0, "nobody else's");
    }

    function test_LockedStakeNeitherLeavesNorMoves() public {
        locked(MINIMUM);
        vm.startPrank(provider);
        registry.deregister();
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, MARKET, 0, 1)
        );
        registry.unstake(MARKET, 1, provider);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.InsufficientFreeStake.selector, provider, MARKET, 0, 1)
        );
        registry.moveStake(MARKET, THIEF, 1);
        vm.stopPrank();
        vm.prank(MARKET);
        registry.slash(provider, MINIMUM, address(0), 0);
        assertPosition(provider, 0, 0);
    }

    function test_RejectionsAreCountedInPublic() public {
        vm.expectEmit(address(registry));
        emit IProviderRegistry.RejectionCounted(MARKET, provider, 1);
        vm.prank(MARKET);
        registry.countRejection(provider);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.RejectionCounted(MARKET, provider, 2);
        vm.prank(MARKET);
        registry.countRejection(provider);
    }

    function testFuzz_PositionsAddUpToTheStakeHeld(uint96[6] memory amounts) public {
        uint96 lock = amounts[0] % MINIMUM;
        locked(lock);
        uint96 slash = lock == 0 ? 0 : amounts[1] % lock;
        uint96 reward = slash == 0 ? 0 : amounts[2] % slash;
        vm.startPrank(MARKET);
        registry.slash(provider, slash - reward, stranger, reward);
        registry.unlock(provider, lock - slash);
        vm.stopPrank();
        uint96 free = MINIMUM - slash;
        vm.startPrank(provider);
        if (amounts[3] % free != 0) registry.moveStake(MARKET, THIEF, amounts[3] % free);
        registry.deregister();
        uint96 left = registry.position(provider, MARKET).free;
        if (amounts[4] % left != 0) registry.unstake(MARKET, amounts[4] % left, provider);
        vm.stopPrank();

        uint256 sum =
            uint256(registry.position(provider, MARKET).free) +
                registry.position(provider, MARKET).locked +
                registry.position(provider, THIEF).free;
        vm.assertEq(sum, registry.provider(provider).stake, "a provider's stake");
        vm.assertEq(sum + reward, glia.balanceOf(address(registry)), "GLIA held");
    }

    function locked(uint96 amount) private {
        vm.prank(MARKET);
        registry.lock(provider, amount, 0, 0);
    }

    function assertPosition(address account, uint256 free, uint256 lockedAmount) private view {
        vm.assertEq(registry.position(account, MARKET).free, free, "free");
        vm.assertEq(registry.position(account, MARKET).locked, lockedAmount, "locked");
    }
}
