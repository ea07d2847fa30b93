import { detectSandbox } from "../sandbox/detect.ts";
import type { SandboxFacts } from "../sandbox/facts.ts";

/** Ways in which a worker can be confined on this machine: always the plain child process, and the whole sandbox if it works. */
export interface TestSandbox {
  readonly name: string;
  readonly facts: SandboxFacts;
}

export const PLAIN: TestSandbox = { name: "plain child process", facts: await detectSandbox("off") };

const whole = await detectSandbox("prefer");
export const ISOLATED: TestSandbox | undefined = whole.isolated ? { name: "bubblewrap", facts: whole } : undefined;

if (ISOLATED === undefined) {
  const detail = whole.layers.find((layer) => layer.name === "bubblewrap")?.detail ?? "";
  console.log(`Tests of isolation do not run here: ${detail}.`);
}

export const SANDBOXES: readonly TestSandbox[] = ISOLATED === undefined ? [PLAIN] : [PLAIN, ISOLATED];
