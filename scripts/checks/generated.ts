import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Check } from "./lib/check.ts";
import { problemsOf } from "./lib/command.ts";
import { projectFiles } from "./lib/files.ts";
import { ROOT } from "./lib/root.ts";

/** What is generated from the contracts is what the contracts generate: makes it again and compares. */
export const generated: Check = {
  name: "generated",
  run: async () => {
    const before = await abis();
    const failed = [
      ...(await problemsOf("hardhat", ["build", "--no-tests", "--quiet"])),
      ...(await problemsOf("node", ["scripts/build/abi.ts"])),
      ...(await problemsOf("node", ["scripts/build/snapshots.ts", "--check"])),
    ];
    if (failed.length > 0) return failed;
    const after = await abis();
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((file) => before.get(file) !== after.get(file))
      .map((file) => `${file}: was stale and has been written again; commit it`);
  },
};

async function abis(): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const file of await projectFiles((path) => path.startsWith("contracts/abi/"))) {
    contents.set(file, await readFile(join(ROOT, file), "utf8"));
  }
  return contents;
}
