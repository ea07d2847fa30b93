// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBounds} from "../../../contracts/interfaces/IBounds.sol";
import {IJobMarketErrors} from "../../../contracts/interfaces/IJobMarketErrors.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Parameters} from "../../../contracts/types/Parameters.sol";
import {vm} from "../helpers/Vm.sol";
import {World} from "../helpers/World.sol";

/// @notice PROTOCOL section 5: what a cheat can expect to lose is never less than what it can expect to gain.
contract DeterrenceTest is World {
    function test_TheDefaultsAskForThirtyEightTimesTheGain() public view {
        vm.assertEq(market.requiredCollateral(specOf()), 380e18, "10 GLIA, q = 5 %, half is burned");
    }

    function test_RequiredCollateralRefusesWhatTheFormulaCannotTake() public {
        JobSpec memory spec = specOf();
        spec.checkBps = 199;
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("checkBps"), 199, 200, 10_000));
        market.requiredCollateral(spec);
        spec = specOf();
        spec.sampleSize = 65;
        vm.expectRevert(abi.encodeWithSelector(IBounds.OutOfBounds.selector, bytes32("sampleSize"), 65, 1, 64));
        market.requiredCollateral(spec);
        spec = specOf();
        spec.token = stranger;
        vm.expectRevert(abi.encodeWithSelector(IJobMarketErrors.TokenNotListed.selector, stranger));
        market.requiredCollateral(spec);
    }

    /// @dev By cross-multiplication: C · burn · q >= g · (1 − q), and C · burn · q · k >= g.
    function testFuzz_CheatingIsALossAndHonestyIsNotOverpriced(
        uint96 gain,
        uint16 checkBps,
        uint16 honestBps,
        uint8 sample,
        uint16 burnBps
    ) public {
        Parameters memory p = defaults();
        p.honestShareBps = 1_000 + (honestBps % 8_001);
        p.burnBps = 5_000 + (burnBps % 4_001);
        market.setParameters(p);
        JobSpec memory spec = specOf();
        spec.declaredGain = gain;
        spec.checkBps = 200 + (checkBps % 9_801);
        spec.sampleSize = 1 + (sample % 64);

        uint256 collateral = market.requiredCollateral(spec);
        uint256 q = uint256(spec.checkBps) * p.honestShareBps; // of 10^8
        uint256 glias = uint256(gain) * (RATE / 1e18);
        uint256 batch = glias * (1e8 - q) * 1e4;
        uint256 item = glias * 1e8 * 1e4;
        vm.assertGe(collateral * p.burnBps * q, batch, "a forged batch is a loss");
        vm.assertGe(collateral * p.burnBps * q * spec.sampleSize, item, "a forged item is a loss");
        if (collateral == 0) return;
        uint256 less = collateral - 1;
        bool tooLittle = less * p.burnBps * q < batch || less * p.burnBps * q * spec.sampleSize < item;
        vm.assertTrue(tooLittle, "one unit less would not do");
    }

    function testFuzz_TheLargestGainAndRateDoNotOverflow(uint128 gain, uint128 rate) public {
        vm.assume(rate >= 100);
        market.listToken(stranger, rate);
        JobSpec memory spec = specOf();
        (spec.token, spec.declaredGain) = (stranger, gain);
        uint256 inGlia = Math.mulDiv(gain, rate, 1e18, Math.Rounding.Ceil);
        vm.assertEq(market.requiredCollateral(spec), inGlia * 38, "38 times the gain in GLIA, rounded up");
    }
}
