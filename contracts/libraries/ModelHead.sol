// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What names an exact model: docs/EXACT.md, "Commitments".
library ModelHead {
    bytes32 private constant TAG = keccak256("glia.exact.v1");
    /// @dev Fields before the dimensions, four bytes each: number, n, h, w, c, bits of the scale, zero, rank.
    uint256 private constant FIELDS = 32;
    uint256 private constant RANK = 28;
    /// @dev The hash of the port's name.
    uint256 private constant NAME = 32;

    /// @notice The joined ports end within a port. A model that is bought has none such.
    error MalformedPorts();

    function modelId(
        bytes32 nodesRoot,
        uint256 nodes,
        uint256 inputs,
        uint256 outputs,
        bytes32 inputPorts,
        bytes32 outputPorts
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(TAG, nodesRoot, nodes, inputs, outputs, inputPorts, outputPorts));
    }

    /// @notice Reads the port that begins at byte `first` of the joined ports.
    /// @return tensor Its tensor's number.
    /// @return next Where the next port begins.
    function port(bytes calldata ports, uint256 first) internal pure returns (uint256 tensor, uint256 next) {
        // SAFETY: `first` is at most the length, and a rank has 32 bits; so no sum wraps.
        unchecked {
            if (ports.length < first + FIELDS) revert MalformedPorts();
            tensor = uint32(bytes4(ports[first:]));
            next = first + FIELDS + 4 * uint256(uint32(bytes4(ports[first + RANK:]))) + NAME;
            if (ports.length < next) revert MalformedPorts();
        }
    }
}
