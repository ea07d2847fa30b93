// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVaultCallee} from "../interfaces/IVault.sol";

/// @notice A market that does whatever it was scripted to: its own attacks, and those inside {IVault-depositAndCall}.
contract ScriptedMarket is IVaultCallee {
    /// @notice What {onVaultCall} received last.
    address public account;
    bytes public data;
    address private _target;
    bytes private _script;

    /// @notice The next {onVaultCall} calls `target` with `script`.
    function arm(address target, bytes calldata script) external {
        (_target, _script) = (target, script);
    }

    /// @notice Calls `target` as this market; a failure is passed on unchanged.
    function execute(address target, bytes calldata script) external {
        _run(target, script);
    }

    function onVaultCall(address account_, bytes calldata data_) external {
        (account, data) = (account_, data_);
        if (_target != address(0)) _run(_target, _script);
    }

    function _run(address target, bytes memory script) private {
        // A low-level call, because the script is anything.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = target.call(script);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
