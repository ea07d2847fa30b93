import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";

import type { Check } from "./lib/check.ts";
import { projectFiles } from "./lib/files.ts";
import { ROOT } from "./lib/root.ts";

/** Folders of contracts/ that every contract may import. */
const SHARED = ["interfaces", "types", "libraries"];

/** Says why the contract `file` may not import `target` (a path or a package), or nothing where it may. */
export function forbiddenSolidityImport(file: string, target: string): string | undefined {
  const [top, domain = ""] = file.split("/");
  if (top !== "contracts" || domain === "mocks") return undefined;
  if (!target.startsWith(".")) {
    return target.startsWith("@openzeppelin/contracts/")
      ? undefined
      : `${file}: imports ${target}; only OpenZeppelin is allowed`;
  }
  const path = posix.join(posix.dirname(file), target);
  const [targetTop, targetDomain = ""] = path.split("/");
  if (targetTop !== "contracts") return `${file}: imports ${target}, which is outside contracts/`;
  const allowed = SHARED.includes(domain) ? SHARED : [...SHARED, domain];
  if (allowed.includes(targetDomain)) return undefined;
  return `${file}: imports ${target}; ${domain} reaches other domains by their interfaces only`;
}

/** The paths that a Solidity source imports. */
export function solidityImports(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
  return [...code.matchAll(/\bimport\s[^;"']*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
}

/** Contracts of one domain know the others by interface; nothing that is deployed imports a mock. */
export const solidityArrows: Check = {
  name: "solidity-arrows",
  run: async () => {
    const problems: string[] = [];
    for (const file of await projectFiles((path) => path.startsWith("contracts/") && path.endsWith(".sol"))) {
      for (const target of solidityImports(await readFile(join(ROOT, file), "utf8"))) {
        const refused = forbiddenSolidityImport(file, target);
        if (refused !== undefined) problems.push(refused);
      }
    }
    return problems;
  },
};
