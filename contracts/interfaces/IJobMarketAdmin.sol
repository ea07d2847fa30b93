// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssuranceLevel} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";

/// @notice What governance may set in a market. Nothing here touches a job that was assigned before.
interface IJobMarketAdmin {
    event ParametersSet(Parameters parameters);
    /// @param gliaPerToken GLIA units for 10^18 token units.
    event TokenListed(address indexed token, uint128 gliaPerToken);
    event RateSet(address indexed token, uint128 gliaPerToken);
    event TokenDelisted(address indexed token);
    event ModuleSet(AssuranceLevel indexed level, address module);
    event PausedUntil(uint64 until);

    /// @notice Sets all parameters at once. Restricted. Reverts: {IBounds-OutOfBounds}.
    function setParameters(Parameters calldata parameters) external;

    /// @notice Admits a token. A token that was listed before comes back only with a rate that {setGliaPerToken} would accept. Restricted.
    /// @param gliaPerToken GLIA units that 10^18 token units are worth.
    /// @dev Reverts: {ZeroAddress}, {AlreadyListed} (GLIA always is), {OutOfBounds} (below 100), {RateChangeTooLarge}.
    function listToken(address token, uint128 gliaPerToken) external;

    /// @notice Renews a token's rate; at most 34 % up, or as far down, per day since the last time. Restricted.
    /// @dev Reverts: {TokenNotListed}, {OutOfBounds} (below 100), {RateChangeTooLarge}. However often it is called, no rate doubles within 24 hours.
    function setGliaPerToken(address token, uint128 gliaPerToken) external;

    /// @notice Refuses new jobs in a token; running jobs go on. Restricted. Reverts: {TokenNotListed}.
    function delistToken(address token) external;

    /// @notice Sets the module that new jobs of a level get; zero removes it. Restricted.
    function setModule(AssuranceLevel level, address module) external;

    /// @notice Refuses new jobs (hire, post, take) until then; nothing else is ever paused. Restricted.
    /// @param until Unix time in seconds, at most 7 days ahead; a time not after now ends a pause.
    /// @dev A running pause can only be shortened, and between two pauses lie at least 7 days. Reverts: {PauseTooSoon}, {OutOfBounds}.
    function pause(uint64 until) external;

    function parameters() external view returns (Parameters memory);
    /// @return gliaPerToken Zero unless listed.
    /// @return updatedAt Unix time in seconds of the rate; GLIA itself is 10^18 and always new.
    function listing(address token) external view returns (uint128 gliaPerToken, uint64 updatedAt);
    function moduleOf(AssuranceLevel level) external view returns (address);
    function pausedUntil() external view returns (uint64);
}
