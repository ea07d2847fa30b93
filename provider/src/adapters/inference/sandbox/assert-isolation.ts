import { GliaError } from "@glia/sdk";
import type { SandboxFacts, SandboxMode } from "./facts.ts";

/** Throws `SANDBOX_UNAVAILABLE` where isolation is required and this machine cannot give it. */
export function assertIsolation(mode: SandboxMode, facts: SandboxFacts): void {
  if (mode !== "require" || facts.isolated) return;
  const missing = facts.layers.filter((layer) => !layer.inForce).map((layer) => `${layer.name}: ${layer.detail}`);
  throw new GliaError("SANDBOX_UNAVAILABLE", `models cannot be isolated on this machine: ${missing.join("; ")}`, {
    kind: "refused",
    hint: "Install bubblewrap, or allow strangers' models without a sandbox in so many words.",
    details: { missing },
  });
}
