// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";
import {MarketAdmin} from "./MarketAdmin.sol";
import {MarketBase} from "./MarketBase.sol";
import {Matching} from "./Matching.sol";
import {ModuleHooks} from "./ModuleHooks.sol";

/// @notice See {IJobMarket}. Immutable; holds no money itself: that is in the {IVault} and the {IProviderRegistry}.
contract JobMarket is Matching, ModuleHooks {
    constructor(
        address authority,
        address vault,
        address registry,
        address glia,
        Parameters memory parameters
    ) AccessManaged(authority) MarketBase(vault, registry, glia) MarketAdmin(parameters) {}

    /// @inheritdoc IJobMarket
    function jobId(JobSpec calldata spec) external view returns (JobId) {
        JobSpec memory read = StructHash.toMemory(spec)[0];
        _requireClean(read);
        return _idOf(read);
    }
}
