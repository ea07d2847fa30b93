// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice Signatures of either of two accounts, keys or ERC-1271 wallets.
library Signatures {
    /// @dev Tries the key first: that costs no access to the signers' accounts, and a key whose account has code (EIP-7702) still speaks for
    /// it. The wallets are asked by static call, of whose answer one word is read.
    function isValid(
        address signer,
        address otherSigner,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && (recovered == signer || recovered == otherSigner)) return true;
        if (SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature)) return true;
        return
            otherSigner != signer &&
            SignatureChecker.isValidERC1271SignatureNowCalldata(otherSigner, digest, signature);
    }
}
