// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarketAdmin} from "../interfaces/IJobMarketAdmin.sol";
import {AssuranceLevel} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";
import {MarketBase} from "./MarketBase.sol";

/// @notice What governance may set; see {IJobMarketAdmin}.
abstract contract MarketAdmin is MarketBase {
    uint256 private constant MAX_PAUSE = 7 days;
    uint256 private constant PAUSE_GAP = 7 days;
    uint128 private constant GLIA_RATE = 1e18;
    uint128 private constant LOWEST_RATE = 100;
    /// @dev The most within 24 hours is a full day's change at once and then many small ones: 1.34 · e^0.34 < 2.
    uint256 private constant RATE_CHANGE_PERCENT_PER_DAY = 34;

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
        _requireRate(gliaPerToken);
        if (entry.gliaPerToken != 0) _requireSmallChange(entry, gliaPerToken);
        entry.listed = true;
        _setRate(entry, gliaPerToken);
        emit TokenListed(token, gliaPerToken);
    }

    /// @inheritdoc IJobMarketAdmin
    function setGliaPerToken(address token, uint128 gliaPerToken) external restricted {
        Listing storage entry = _listings[token];
        if (!entry.listed) revert TokenNotListed(token);
        _requireRate(gliaPerToken);
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
        _settings = _settings.withModule(uint8(level), module != address(0));
        emit ModuleSet(level, module);
    }

    /// @inheritdoc IJobMarketAdmin
    function pause(uint64 until) external restricted {
        uint256 running = _settings.pausedUntil();
        if (until <= block.timestamp) {
            // Ending what does not run must not count as a pause, after which the next would have to wait.
            if (running <= block.timestamp) return;
            until = uint64(block.timestamp);
        }
        _requireBounds("until", until, block.timestamp, block.timestamp + MAX_PAUSE);
        bool shorter = until < running;
        // INVARIANT: new jobs are refused for at most 7 of any 14 days.
        if (!shorter && running != 0 && block.timestamp < running + PAUSE_GAP) revert PauseTooSoon(running + PAUSE_GAP);
        _settings = _settings.withPausedUntil(uint40(until));
        emit PausedUntil(until);
    }

    /// @inheritdoc IJobMarketAdmin
    function parameters() external view returns (Parameters memory) {
        return _settings.parameters();
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
        return _settings.pausedUntil();
    }

    /// @dev GLIA units for 10^18 units of `token`, if it is listed and the rate is new enough.
    function _freshRate(address token, uint32 maxAge) internal view returns (uint128) {
        if (token == glia) return GLIA_RATE;
        Listing memory entry = _listings[token];
        if (!entry.listed) revert TokenNotListed(token);
        if (block.timestamp > uint256(entry.updatedAt) + maxAge) revert StaleRate(token, entry.updatedAt, maxAge);
        return entry.gliaPerToken;
    }

    /// @dev Below the lowest rate, rounding would eat every change.
    function _requireRate(uint128 gliaPerToken) private pure {
        _requireBounds("gliaPerToken", gliaPerToken, LOWEST_RATE, type(uint128).max);
    }

    function _setRate(Listing storage entry, uint128 gliaPerToken) private {
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
        _settings = _settings.withParameters(p);
        emit ParametersSet(p);
    }
}
