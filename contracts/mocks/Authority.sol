// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice OpenZeppelin's AccessManager, named here so that tests find its artifact.
contract Authority is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}
