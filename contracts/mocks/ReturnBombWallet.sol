// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice An ERC-1271 wallet that answers (or reverts) with 1 MB of data whose first word is the magic value.
contract ReturnBombWallet is IERC1271 {
    bool public reverting;

    function setReverting(bool reverting_) external {
        reverting = reverting_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bool reverts = reverting;
        bytes32 magic = bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, magic)
            if reverts {
                revert(start, 1000000)
            }
            return(start, 1000000)
        }
    }
}
