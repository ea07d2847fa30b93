import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

import { loadArtifact } from "@glia/contracts/artifacts";
import { GliaError } from "@glia/sdk";

const require = createRequire(import.meta.url);

/** Compiles the contracts where nobody has yet: a source checkout has none compiled, a published package ships them. */
export async function compileIfNeeded(onStep: (text: string) => void): Promise<void> {
  try {
    loadArtifact("Assurance");
    return;
  } catch {
    onStep("contracts: compiling");
  }
  const hardhat = join(dirname(require.resolve("hardhat/package.json")), "dist", "src", "cli.js");
  const root = dirname(dirname(require.resolve("@glia/contracts/package.json")));
  const child = spawn(process.execPath, [hardhat, "build", "--no-tests", "--quiet"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (child.exitCode === 0) return;
  throw new GliaError("COMPILE_FAILED", `The contracts do not compile:\n${`${output}${errors}`.slice(-2_000)}`, {
    kind: "internal",
    hint: "Run: npm run compile",
  });
}
