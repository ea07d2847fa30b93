/** Who may call which restricted function: one AccessManager role for each kind of power. */
import { toFunctionSelector, type Hex } from "viem";

import type { Deployment } from "../deployment.ts";

/** Role ids in the AccessManager. Zero is its own ADMIN_ROLE: governance's timelock, on a devnet the deployer. */
export const ROLES = {
  PARAMETERS: 1n,
  LISTINGS: 2n,
  MARKETS: 3n,
  TREASURY: 4n,
  PAUSE_GUARDIAN: 5n,
  MINTER: 6n,
} as const;

export type RoleName = keyof typeof ROLES;

export interface Restriction {
  readonly target: "glia" | "vault" | "registry" | "market";
  readonly role: RoleName;
  readonly selectors: readonly Hex[];
}

const PARAMETERS_TYPE = "(uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint32,uint32)";

/** Every restricted function of every contract. */
export const RESTRICTIONS: readonly Restriction[] = [
  { target: "glia", role: "MINTER", selectors: [toFunctionSelector("mint(address,uint256)")] },
  { target: "vault", role: "TREASURY", selectors: [toFunctionSelector("setTreasury(address)")] },
  { target: "registry", role: "PARAMETERS", selectors: [toFunctionSelector("setMinimumStake(uint96)")] },
  { target: "market", role: "PARAMETERS", selectors: [toFunctionSelector(`setParameters(${PARAMETERS_TYPE})`)] },
  {
    target: "market",
    role: "LISTINGS",
    selectors: [
      toFunctionSelector("listToken(address,uint128)"),
      toFunctionSelector("setGliaPerToken(address,uint128)"),
      toFunctionSelector("delistToken(address)"),
    ],
  },
  { target: "market", role: "MARKETS", selectors: [toFunctionSelector("setModule(uint8,address)")] },
  { target: "market", role: "PAUSE_GUARDIAN", selectors: [toFunctionSelector("pause(uint64)")] },
] satisfies readonly (Restriction & { target: keyof Deployment })[];
