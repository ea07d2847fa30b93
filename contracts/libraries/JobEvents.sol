// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {StructHash} from "./StructHash.sol";

/// @notice Emits the two events that every hired job has. Their structs are copied as they lie, because encoding them member by member
/// would cost as much as writing a slot; that is also why {StructHash-isClean} has to look at every word of a spec.
library JobEvents {
    function emitAssigned(JobId id, address provider, JobSpec calldata spec, Job memory job) internal {
        bytes32 topic = IJobMarket.JobAssigned.selector;
        address buyer = job.buyer;
        uint256 specSize = StructHash.JOB_SPEC_SIZE;
        uint256 jobSize = StructHash.JOB_SIZE;
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, spec, specSize)
            mcopy(add(data, specSize), job, jobSize)
            log4(data, add(specSize, jobSize), topic, id, buyer, provider)
        }
    }

    function emitRevealed(JobId id, Job memory job, bytes32 outputDigest) internal {
        bytes32 topic = IJobMarket.JobRevealed.selector;
        uint256 jobSize = StructHash.JOB_SIZE;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mcopy(data, job, jobSize)
            mstore(add(data, jobSize), outputDigest)
            log2(data, add(jobSize, 0x20), topic, id)
        }
    }
}
