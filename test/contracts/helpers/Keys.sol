// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @notice The private keys of everybody who acts in the tests.
library Keys {
    uint256 internal constant BUYER = 0xB1;
    uint256 internal constant SPONSOR = 0x5B;
    uint256 internal constant PROVIDER = 0xA1;
    uint256 internal constant OPERATOR = 0x0A;
    uint256 internal constant RIVAL = 0xA2;
    uint256 internal constant STRANGER = 0x57;

    /// @notice A 65-byte signature of `digest`.
    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
