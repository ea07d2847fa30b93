// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Terms} from "./Terms.sol";
import {Money} from "./Money.sol";

/// @notice Where a job stands. PROTOCOL section 4.
enum JobStatus {
    None,
    Open,
    Assigned,
    Committed,
    Revealed,
    Settled,
    Cancelled,
    Rejected,
    Expired,
    Defaulted,
    Refuted
}

/// @notice Everything about a live job that is not in its spec. The chain keeps only its hash; callers pass it back, events carry it.
struct Job {
    address buyer;
    address payer;
    /// The registered owner of the stake; zero while Open.
    address provider;
    /// The hot key that may reject and reveal besides the provider, as of the assignment.
    address operator;
    address token;
    /// Escrowed price and locked collateral.
    Money money;
    /// Level, shares and deadlines, copied at hire; later votes do not touch them.
    Terms terms;
    /// The assurance module of the job's level as of the assignment; zero if there is none.
    address module;
    /// A word that belongs to the module.
    bytes32 moduleData;
    /// Zero until Revealed.
    bytes32 resultRoot;
}
