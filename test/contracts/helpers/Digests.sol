// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobId} from "../../../contracts/types/JobId.sol";
import {JobSpec} from "../../../contracts/types/JobSpec.sol";
import {Quote, Sponsorship} from "../../../contracts/types/Quote.sol";

/// @notice The EIP-712 digests of the market's domain, written a second time from PROTOCOL and the types' documentation alone.
library Digests {
    string private constant JOB_SPEC =
        "JobSpec(address buyer,address payer,bytes32 modelId,bytes32 modelDigest,bytes32 batchRoot,bytes32 inputDigest,"
        "uint32 items,uint32 maxItemOutputBytes,address token,uint128 startPrice,uint128 maxPrice,uint64 auctionStart,"
        "uint64 auctionEnd,uint32 rejectWindow,uint32 executionWindow,uint32 challengeWindow,uint8 level,uint16 checkBps,"
        "uint8 sampleSize,uint128 auditPot,uint128 declaredGain,uint96 minStake,uint64 capabilities,uint8 determinism,"
        "bytes32 allowedProviders,bytes32 salt)";
    string private constant QUOTE =
        "Quote(address provider,bytes32 jobId,uint128 price,uint96 collateral,uint64 expiry,uint32 nonce)";
    string private constant SPONSORSHIP =
        "Sponsorship(address payer,address buyer,address token,uint128 cap,uint64 expiry,bytes32 salt)";
    string private constant DOMAIN =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

    function domain(address market, uint256 chainId) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(keccak256(bytes(DOMAIN)), keccak256("Glia JobMarket"), keccak256("1"), chainId, market)
            );
    }

    function jobId(JobSpec memory spec, address market, uint256 chainId) internal pure returns (JobId) {
        bytes32 hash = keccak256(bytes.concat(keccak256(bytes(JOB_SPEC)), abi.encode(spec)));
        return JobId.wrap(_digest(hash, market, chainId));
    }

    function quote(Quote memory offer, address market, uint256 chainId) internal pure returns (bytes32) {
        return _digest(keccak256(abi.encode(keccak256(bytes(QUOTE)), offer)), market, chainId);
    }

    function sponsorship(Sponsorship memory promise_, address market, uint256 chainId) internal pure returns (bytes32) {
        return _digest(keccak256(abi.encode(keccak256(bytes(SPONSORSHIP)), promise_)), market, chainId);
    }

    function _digest(bytes32 hash, address market, uint256 chainId) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain(market, chainId), hash));
    }
}
