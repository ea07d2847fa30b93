// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice An ERC-1271 wallet that honours any signature until it changes its mind.
contract FickleWallet is IERC1271 {
    bool public agrees = true;

    function setAgrees(bool agrees_) external {
        agrees = agrees_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return agrees ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
