// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What one version of the assurance module is deployed with, for good; governance changes it by registering another version for
/// new jobs. Times in seconds; bounds are checked by the constructor.
struct AssuranceParameters {
    /// Added to the audit window for the seed to come: 1 second to 1 hour.
    uint32 seedWait;
    /// From the seed to the last attestation; once more after a redraw. 1 second to 1 day.
    uint32 auditWindow;
    /// From the last attestation to the reveal. 1 second to 1 day.
    uint32 revealWindow;
    /// From the reveal to the last opened attestation. 1 second to 1 day.
    uint32 claimWindow;
    /// One move of a challenge. 1 second to 14 days.
    uint32 moveWindow;
    /// From leaving to the auditor's stake being free; at most 60 days.
    uint32 leaveDelay;
    /// GLIA units locked by each attestation. 1 to 10^6 GLIA.
    uint96 auditBond;
    /// Lowest price of gas that bonds are computed with: 1 to 10^12 wei.
    uint64 feeFloor;
    /// Auditors drawn on average. 1 to 32.
    uint8 expectedAuditors;
}
