// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {StructHash} from "./StructHash.sol";

/// @notice Emits the event of every hired job. Its spec is copied as it lies, because encoding it member by member would cost as much as
/// writing a slot; that is also why {StructHash-isClean} has to look at every word of a spec.
library JobEvents {
    function emitAssigned(JobId id, address provider, JobSpec memory spec, Job memory job) internal {
        bytes32 topic = IJobMarket.JobAssigned.selector;
        address buyer = job.buyer;
        uint256 specSize = StructHash.JOB_SPEC_SIZE;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mcopy(data, spec, specSize)
            let rest := add(data, specSize)
            // Of the job: operator, and from money on three words.
            mstore(rest, mload(add(job, 0x60)))
            mcopy(add(rest, 0x20), add(job, 0xa0), 0x60)
            log4(data, add(specSize, 0x80), topic, id, buyer, provider)
        }
    }
}
