// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Names a job: the EIP-712 digest of its {JobSpec} in the market's domain, so that chain and contract are part of it.
type JobId is bytes32;
