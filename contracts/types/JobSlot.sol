// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobStatus} from "./Job.sol";

/// @notice What the chain keeps of a job: status (8 bits), open challenges (16), low 232 bits of the hash of its {Job}.
/// @dev A job in a final state keeps its slot, so that an id is never used again; the hash only in states Rejected and Defaulted.
type JobSlot is uint256;

using JobSlotLibrary for JobSlot global;

/// @notice Packs and reads {JobSlot}.
library JobSlotLibrary {
    function pack(JobStatus status_, uint16 openChallenges_, uint232 hash_) internal pure returns (JobSlot) {
        return JobSlot.wrap(uint256(uint8(status_)) | (uint256(openChallenges_) << 8) | (uint256(hash_) << 24));
    }

    function status(JobSlot slot) internal pure returns (JobStatus) {
        return JobStatus(uint8(JobSlot.unwrap(slot)));
    }

    function openChallenges(JobSlot slot) internal pure returns (uint16) {
        return uint16(JobSlot.unwrap(slot) >> 8);
    }

    function hash(JobSlot slot) internal pure returns (uint232) {
        return uint232(JobSlot.unwrap(slot) >> 24);
    }
}
