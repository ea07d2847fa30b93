// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Takes a surcharge from the sender on top of each transfer, as far as the sender has it.
contract OverchargingToken is ERC20("Overcharging", "OVER") {
    uint256 public surcharge;

    function setSurcharge(uint256 surcharge_) external {
        surcharge = surcharge_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        uint256 left = balanceOf(from);
        super._update(from, address(0), left < surcharge ? left : surcharge);
    }
}
