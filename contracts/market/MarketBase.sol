// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {StructHash} from "../libraries/StructHash.sol";
import {Job, JobStatus} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSlot, JobSlotLibrary} from "../types/JobSlot.sol";
import {JobSpec, AssuranceLevel} from "../types/JobSpec.sol";
import {Settings} from "../types/Settings.sol";

/// @notice Storage of the market and the guards that all its parts share.
abstract contract MarketBase is IJobMarket, EIP712, AccessManaged {
    /// @dev A rate of zero means that the token was never listed.
    struct Listing {
        uint128 gliaPerToken;
        uint64 updatedAt;
        bool listed;
    }

    uint256 internal constant BPS = 1e4;
    uint256 internal constant MAX_WINDOW = 30 days;
    uint256 internal constant MAX_CHALLENGE_WINDOW = 14 days;

    // Bit n stands for the n-th {JobStatus}.
    uint256 internal constant NONE = 1 << 0;
    uint256 internal constant OPEN = 1 << 1;
    uint256 internal constant ASSIGNED = 1 << 2;
    uint256 internal constant COMMITTED = 1 << 3;
    uint256 internal constant REVEALED = 1 << 4;

    /// @inheritdoc IJobMarket
    address public immutable override vault;
    /// @inheritdoc IJobMarket
    address public immutable override registry;
    /// @inheritdoc IJobMarket
    address public immutable override glia;

    Settings internal _settings;
    mapping(JobId id => JobSlot) internal _jobs;
    mapping(address token => Listing) internal _listings;
    mapping(AssuranceLevel level => address module) internal _modules;
    mapping(bytes32 sponsorship => uint128 spent) internal _spent;

    constructor(address vault_, address registry_, address glia_) EIP712("Glia JobMarket", "1") {
        if (vault_ == address(0) || registry_ == address(0) || glia_ == address(0)) revert ZeroAddress();
        (vault, registry, glia) = (vault_, registry_, glia_);
    }

    /// @dev A spec comes as calldata and is copied as it lies; after this every member is a value of its type.
    function _requireClean(JobSpec memory spec) internal pure {
        if (!StructHash.isClean(spec)) revert MalformedSpec();
    }

    function _idOf(JobSpec memory spec) internal view returns (JobId) {
        return JobId.wrap(_hashTypedDataV4(StructHash.hash(spec)));
    }

    /// @param allowed Bit n stands for the n-th {JobStatus}.
    function _requireStatus(JobId id, uint256 allowed) internal view returns (JobSlot slot) {
        slot = _jobs[id];
        JobStatus status = slot.status();
        if ((allowed >> uint8(status)) & 1 == 0) revert WrongStatus(id, status, bytes32(allowed));
    }

    /// @dev Everything that a caller passes as `job` is trusted after this, because the market itself once stored its hash.
    function _requireJob(JobId id, Job calldata job, uint256 allowed) internal view returns (JobSlot slot) {
        slot = _requireStatus(id, allowed);
        if (slot.hash() != StructHash.hash(job)) revert WrongJob(id);
    }

    function _requireProvider(address provider, address operator) internal view {
        if (msg.sender != provider && msg.sender != operator) revert NotProvider(msg.sender, provider);
    }

    function _requireNotAfter(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
    }

    function _requireAfter(uint256 deadline) internal view {
        if (block.timestamp <= deadline) revert DeadlineNotReached(deadline);
    }

    function _requireNoChallenge(JobId id, JobSlot slot) internal pure {
        if (slot.openChallenges() != 0) revert ChallengesOpen(id, slot.openChallenges());
    }

    function _requireBounds(bytes32 field, uint256 value, uint256 min, uint256 max) internal pure {
        if (value < min || value > max) revert OutOfBounds(field, value, min, max);
    }

    /// @dev Final states keep their slot, so that the id is never used again.
    function _close(JobId id, JobStatus status) internal {
        _jobs[id] = JobSlotLibrary.pack(status, 0, 0);
    }

    /// @dev The whole escrow of a job goes back to whoever paid.
    function _refund(Job calldata job) internal {
        IVault(vault).release(job.payer, job.token, job.money.price(), 0);
    }

    function _unlock(address provider, uint96 collateral) internal {
        IProviderRegistry(registry).unlock(provider, collateral);
    }
}
