// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarketAdmin} from "../interfaces/IJobMarketAdmin.sol";
import {AssuranceLevel} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";
import {Settings} from "../types/Settings.sol";
import {MarketBase} from "./MarketBase.sol";

/// @notice What governance may set; see {IJobMarketAdmin}.
abstract contract MarketAdmin is MarketBase {
    uint256 private constant MAX_PAUSE = 7 days;
    uint256 private constant PAUSE_GAP = 7 days;
    uint128 private constant GLIA_RATE = 1e18;
    /// @dev 1.69 compounds to less than 2 however a day is divided, because e^0.69 < 2.
    uint256 private constant RATE_CHANGE_PERCENT_PER_DAY = 69;

    constructor(Parameters memory parameters_) {
        _setParameters(parameters_);
    }

    /// @inheritdoc IJobMarketAdmin
    function setParameters(Parameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    /// @inheritdoc IJobMarketAdmin
    function listToken(address token, uint128 gliaPerToken) external restricted {
        if (token == address(0)) revert ZeroAddress();
        Listing storage entry = _listings[token];
        if (token == glia || entry.listed) revert AlreadyListed(token);
        // Or delisting and listing again would be a way around the bound.
        if (entry.gliaPerToken != 0) _requireSmallChange(entry, gliaPerToken);
        entry.listed = true;
        _setRate(entry, gliaPerToken);
        emit TokenListed(token, gliaPerToken);
    }

    /// @inheritdoc IJobMarketAdmin
    function setGliaPerToken(address token, uint128 gliaPerToken) external restricted {
        Listing storage entry = _listings[token];
        if (!entry.listed) revert TokenNotListed(token);
        _requireSmallChange(entry, gliaPerToken);
        _setRate(entry, gliaPerToken);
        emit RateSet(token, gliaPerToken);
    }

    /// @inheritdoc IJobMarketAdmin
    function delistToken(address token) external restricted {
        Listing storage entry = _listings[token];
        if (!entry.listed) revert TokenNotListed(token);
        entry.listed = false;
        emit TokenDelisted(token);
    }

    /// @inheritdoc IJobMarketAdmin
    function setModule(AssuranceLevel level, address module) external restricted {
        _modules[level] = module;
        uint8 bit = uint8(1 << uint8(level));
        uint8 modules = _settings.modules;
        _settings.modules = module == address(0) ? modules & ~bit : modules | bit;
        emit ModuleSet(level, module);
    }

    /// @inheritdoc IJobMarketAdmin
    function pause(uint64 until) external restricted {
        uint256 running = _settings.pausedUntil;
        if (until < block.timestamp) until = uint64(block.timestamp);
        _requireBounds("until", until, block.timestamp, block.timestamp + MAX_PAUSE);
        bool shorter = until < running;
        // INVARIANT: new jobs are refused for at most 7 of any 14 days.
        if (!shorter && running != 0 && block.timestamp < running + PAUSE_GAP) revert PauseTooSoon(running + PAUSE_GAP);
        _settings.pausedUntil = until;
        emit PausedUntil(until);
    }

    /// @inheritdoc IJobMarketAdmin
    function parameters() external view returns (Parameters memory) {
        Settings memory s = _settings;
        return
            Parameters({
                feeBps: s.feeBps,
                missSlashBps: s.missSlashBps,
                burnBps: s.burnBps,
                bountyBps: s.bountyBps,
                rewardBps: s.rewardBps,
                minCheckBps: s.minCheckBps,
                honestShareBps: s.honestShareBps,
                minChallengeWindow: s.minChallengeWindow,
                maxRateAge: s.maxRateAge
            });
    }

    /// @inheritdoc IJobMarketAdmin
    function listing(address token) external view returns (uint128 gliaPerToken, uint64 updatedAt) {
        if (token == glia) return (GLIA_RATE, uint64(block.timestamp));
        Listing memory entry = _listings[token];
        return entry.listed ? (entry.gliaPerToken, entry.updatedAt) : (0, 0);
    }

    /// @inheritdoc IJobMarketAdmin
    function moduleOf(AssuranceLevel level) external view returns (address) {
        return _modules[level];
    }

    /// @inheritdoc IJobMarketAdmin
    function pausedUntil() external view returns (uint64) {
        return _settings.pausedUntil;
    }

    /// @dev GLIA units for 10^18 units of `token`, if it is listed and the rate is new enough.
    function _freshRate(address token, uint32 maxAge) internal view returns (uint128) {
        if (token == glia) return GLIA_RATE;
        Listing memory entry = _listings[token];
        if (!entry.listed) revert TokenNotListed(token);
        if (block.timestamp > uint256(entry.updatedAt) + maxAge) revert StaleRate(token, entry.updatedAt, maxAge);
        return entry.gliaPerToken;
    }

    function _setRate(Listing storage entry, uint128 gliaPerToken) private {
        _requireBounds("gliaPerToken", gliaPerToken, 1, type(uint128).max);
        (entry.gliaPerToken, entry.updatedAt) = (gliaPerToken, uint64(block.timestamp));
    }

    /// @dev Compares with the last rate, listed or not.
    function _requireSmallChange(Listing storage entry, uint128 rate) private view {
        uint256 last = entry.gliaPerToken;
        uint256 elapsed = block.timestamp - entry.updatedAt;
        if (elapsed > 1 days) elapsed = 1 days;
        uint256 whole = 100 * 1 days;
        uint256 grown = whole + RATE_CHANGE_PERCENT_PER_DAY * elapsed;
        uint256 min = (last * whole + grown - 1) / grown;
        uint256 max = (last * grown) / whole;
        if (max > type(uint128).max) max = type(uint128).max;
        if (rate < min || rate > max) revert RateChangeTooLarge(rate, uint128(min), uint128(max));
    }

    function _setParameters(Parameters memory p) private {
        _requireBounds("feeBps", p.feeBps, 0, 1_000);
        _requireBounds("missSlashBps", p.missSlashBps, 100, 5_000);
        _requireBounds("burnBps", p.burnBps, 5_000, 9_000);
        _requireBounds("bountyBps", p.bountyBps, 0, 2_000);
        _requireBounds("rewardBps", p.rewardBps, 0, 9_000);
        _requireBounds("minCheckBps", p.minCheckBps, 100, BPS);
        _requireBounds("honestShareBps", p.honestShareBps, 1_000, 9_000);
        _requireBounds("minChallengeWindow", p.minChallengeWindow, 1, MAX_CHALLENGE_WINDOW);
        _requireBounds("maxRateAge", p.maxRateAge, 1 minutes, 30 days);
        Settings storage s = _settings;
        s.feeBps = p.feeBps;
        s.missSlashBps = p.missSlashBps;
        s.burnBps = p.burnBps;
        s.bountyBps = p.bountyBps;
        s.rewardBps = p.rewardBps;
        s.minCheckBps = p.minCheckBps;
        s.honestShareBps = p.honestShareBps;
        s.minChallengeWindow = p.minChallengeWindow;
        s.maxRateAge = p.maxRateAge;
        emit ParametersSet(p);
    }
}
