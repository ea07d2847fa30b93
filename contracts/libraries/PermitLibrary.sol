// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {Permit} from "../interfaces/IVault.sol";

/// @notice Uses a permit if it still can be used.
library PermitLibrary {
    /// @dev A permit can be spent by anyone who sees it in the mempool, so its failure must not break the call that carries it: if the
    /// allowance is missing, the transfer that follows says so. No permit is tried if the deadline is zero.
    function tryPermit(address token, Permit calldata permit) internal {
        if (permit.deadline == 0 || token.code.length == 0) return;
        // solhint-disable-next-line no-empty-blocks -- see above
        try
            IERC20Permit(token).permit(
                msg.sender,
                address(this),
                permit.value,
                permit.deadline,
                permit.v,
                permit.r,
                permit.s
            )
        {} catch {}
    }
}
