import { type AssuranceParameters, GliaError } from "@glia/sdk";
import { parseEther } from "viem";

/** Seconds, GLIA units, wei per gas and numbers with which a module can have been deployed: `AssuranceParameters` of the contracts. */
const BOUNDS: Readonly<Record<keyof AssuranceParameters, readonly [min: number | bigint, max: number | bigint]>> = {
  seedWait: [1, 3_600],
  auditWindow: [1, 86_400],
  revealWindow: [1, 86_400],
  claimWindow: [1, 86_400],
  moveWindow: [1, 14 * 86_400],
  leaveDelay: [0, 60 * 86_400],
  auditBond: [parseEther("1"), parseEther("1000000")],
  feeFloor: [1, 10n ** 12n],
  expectedAuditors: [1, 32],
};

/**
 * Checks that what a contract says are a module's parameters are those of the version that this node was written for: another version may
 * have another meaning for each of them.
 * @throws GliaError `MODULE_UNKNOWN` that names the first one out of bounds.
 */
export function checkModuleParameters(module: string, parameters: AssuranceParameters): void {
  for (const [name, [min, max]] of Object.entries(BOUNDS)) {
    const value = parameters[name as keyof AssuranceParameters];
    if (value >= min && value <= max) continue;
    throw new GliaError(
      "MODULE_UNKNOWN",
      `The assurance module ${module} has ${name} ${value}; this node serves modules with ${min} to ${max}`,
      { kind: "refused", hint: "Update the node.", details: { module, name, value: String(value) } },
    );
  }
}

/** Windows in which a provider must act, and loses its collateral or a part of it if it does not. */
const OURS = ["revealWindow", "moveWindow"] as const;

/**
 * Refuses modules whose windows leave this node too little time.
 * @param minWindow seconds
 * @throws GliaError `WINDOW_TOO_SHORT`
 */
export function admitModule(parameters: AssuranceParameters, minWindow: number): void {
  for (const window of OURS) {
    if (parameters[window] >= minWindow) continue;
    throw new GliaError(
      "WINDOW_TOO_SHORT",
      `The assurance module's ${window} is ${parameters[window]} s; this provider needs ${minWindow} s`,
      { kind: "refused", details: { window } },
    );
  }
}
