// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The one error for a number that is outside its hard bounds.
interface IBounds {
    /// @param field Name of the parameter or of the member of a struct, as ASCII.
    /// @param value What was given.
    /// @param min Lowest value that is accepted.
    /// @param max Highest value that is accepted.
    error OutOfBounds(bytes32 field, uint256 value, uint256 min, uint256 max);
}
