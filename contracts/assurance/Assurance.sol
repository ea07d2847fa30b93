// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssuranceParameters} from "../types/AssuranceParameters.sol";
import {AssuranceBase} from "./AssuranceBase.sol";
import {Rewards} from "./Rewards.sol";

/// @notice See {IAssurance}. Immutable and without an administrator: governance replaces it by registering another for new jobs.
contract Assurance is Rewards {
    /// @param market Its Vault and registry are this contract's too.
    /// @param beacon See {IRandomBeacon}.
    /// @param referee See {IReferee}; for the {IDisputes} that this creates.
    constructor(
        address market,
        address beacon,
        address referee,
        AssuranceParameters memory parameters
    ) AssuranceBase(market, beacon, referee, parameters) {}
}
