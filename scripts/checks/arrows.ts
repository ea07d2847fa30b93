import { posix } from "node:path";

import type { Check } from "./lib/check.ts";
import { isTestCode, isTypeScript, projectFiles } from "./lib/files.ts";
import { importsOf, isRelative, packageOf } from "./lib/imports.ts";

/** Which of our packages each top folder may import; `*` is everything, and a folder not named here is imported by nobody. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  sdk: ["contracts"],
  provider: ["sdk"],
  cli: ["contracts", "sdk", "provider"],
  examples: ["sdk"],
  scripts: ["*"],
  test: ["*"],
};

const PACKAGES: ReadonlySet<string> = new Set(["contracts", "sdk", "provider", "cli"]);

/** Folders of provider/src, lowest first: each may import only itself and what stands before it. */
const PROVIDER_LAYERS = ["util", "domain", "config", "adapters", "services", "node", "cli"];

/** Says why `file` may not import `moduleName`, or nothing where it may. Paths are relative to the root. */
export function forbiddenArrow(file: string, moduleName: string): string | undefined {
  const from = file.includes("/") ? topFolder(file) : "*";
  if (!isRelative(moduleName)) {
    const target = packageOf(moduleName);
    if (!target.startsWith("@glia/")) return forbiddenBuiltin(file, moduleName);
    return allowedBetween(from, target.slice("@glia/".length), file, moduleName);
  }
  const target = posix.join(posix.dirname(file), moduleName);
  const to = topFolder(target);
  if (to !== from && from !== "*") {
    const refused = allowedBetween(from, to, file, moduleName);
    if (refused !== undefined) return refused;
    if (PACKAGES.has(to) && PACKAGES.has(from))
      return `${file}: imports ${moduleName} by path; use the door @glia/${to}`;
  }
  if (PACKAGES.has(from) && isTestCode(target) && !isTestCode(file))
    return `${file}: imports ${moduleName}, which is test code`;
  return forbiddenLayer(file, target, moduleName);
}

/** Every arrow of the tree that docs/ARCHITECTURE.md does not draw. */
export const arrows: Check = {
  name: "arrows",
  run: async () => {
    const problems: string[] = [];
    for (const file of await projectFiles(isTypeScript)) {
      for (const moduleName of await importsOf(file)) {
        const refused = forbiddenArrow(file, moduleName);
        if (refused !== undefined) problems.push(refused);
      }
    }
    return problems;
  },
};

const topFolder = (path: string): string => path.split("/")[0] ?? "";

function allowedBetween(from: string, to: string, file: string, moduleName: string): string | undefined {
  const allowed = from === "*" ? ["*"] : (ALLOWED[from] ?? []);
  if (from === to || allowed.includes("*") || allowed.includes(to)) return undefined;
  const right = allowed.length === 0 ? "nothing of ours" : allowed.join(", ");
  return `${file}: imports ${moduleName}; ${from} may import ${right}`;
}

function forbiddenLayer(file: string, target: string, moduleName: string): string | undefined {
  const layer = (path: string): number => PROVIDER_LAYERS.indexOf(/^provider\/src\/([^/]+)\//.exec(path)?.[1] ?? "");
  const [own, other] = [layer(file), layer(target)];
  if (own < 0 || other < 0 || other <= own) return undefined;
  return `${file}: imports ${moduleName}; ${PROVIDER_LAYERS[own]} stands below ${PROVIDER_LAYERS[other]}`;
}

function forbiddenBuiltin(file: string, moduleName: string): string | undefined {
  const pure = file.startsWith("provider/src/domain/") && !file.endsWith(".test.ts");
  return pure && moduleName.startsWith("node:")
    ? `${file}: imports ${moduleName}; domain is pure, I/O belongs to adapters`
    : undefined;
}
