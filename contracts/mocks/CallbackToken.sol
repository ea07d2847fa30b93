// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Calls somebody in the middle of a transfer or a permit, once for each time it was armed; remembers how that went.
contract CallbackToken is ERC20("Callback", "CALL") {
    address public target;
    bytes public data;
    bool public called;
    bool public succeeded;
    bytes public answer;

    /// @notice The next transfer (or permit) calls `target_` with `data_`, after the balances moved.
    function arm(address target_, bytes calldata data_) external {
        (target, data, called, succeeded, answer) = (target_, data_, false, false, "");
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice EIP-2612 by name only: no signature is checked.
    function permit(address owner, address spender, uint256 value, uint256, uint8, bytes32, bytes32) external {
        _approve(owner, spender, value);
        _fire();
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) _fire();
    }

    function _fire() private {
        if (target == address(0)) return;
        address callee = target;
        target = address(0);
        called = true;
        // A low-level call, because the callback is anything.
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, answer) = callee.call(data);
    }
}
