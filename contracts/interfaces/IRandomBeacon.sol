// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Randomness of a fixed point in time that nobody knows before it comes. PROTOCOL section 4, "seed".
interface IRandomBeacon {
    /// @notice The point has not come yet, or not long enough ago to be read.
    error SeedNotReady(uint64 point);
    /// @notice The proof is not one of the point's randomness.
    error InvalidSeedProof(uint64 point);

    /// @notice A point in the future whose seed no party to a transaction in this block can know.
    /// @return point A number that only the beacon interprets (a block, a round).
    function nextPoint() external view returns (uint64 point);

    /// @notice The seed of a point; the same one whenever and by whomever it is asked.
    /// @param proof Whatever the beacon asks for (nothing, a block header).
    /// @return value Never zero, but zero if it is too late: nobody will ever be able to prove the seed of this point again.
    /// @dev Reverts: {SeedNotReady}, {InvalidSeedProof}.
    function seed(uint64 point, bytes calldata proof) external view returns (bytes32 value);
}
