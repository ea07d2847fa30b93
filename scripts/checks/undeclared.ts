import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";

import type { Check } from "./lib/check.ts";
import { isTestCode, isTypeScript, projectFiles } from "./lib/files.ts";
import { importsOf, isRelative, packageOf } from "./lib/imports.ts";
import { ROOT } from "./lib/root.ts";

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const BUILTIN = new Set(builtinModules);

/** Every bare import is declared where npm looks for it: a package's own manifest, or, for tests and scripts, anywhere in the repository. */
export const undeclared: Check = {
  name: "undeclared",
  run: async () => {
    const root = await manifest(".");
    const packages = new Map<string, Manifest>();
    for (const folder of root.workspaces ?? []) packages.set(folder, await manifest(folder));
    const everything = new Set([...declared(root), ...[...packages.values()].flatMap((one) => [...declared(one)])]);

    const problems: string[] = [];
    for (const file of await projectFiles(isTypeScript)) {
      const own = packages.get(file.split("/")[0] ?? "");
      const known = own === undefined || isTestCode(file) ? everything : declared(own);
      for (const moduleName of await importsOf(file)) {
        if (isRelative(moduleName) || moduleName.startsWith("node:")) continue;
        const name = packageOf(moduleName);
        if (BUILTIN.has(name)) problems.push(`${file}: imports ${moduleName}; write node:${moduleName}`);
        else if (!known.has(name))
          problems.push(`${file}: imports ${name}, which ${own?.name ?? "no package.json"} does not declare`);
      }
    }
    return problems;
  },
};

const declared = (one: Manifest): Set<string> =>
  new Set([one.name, ...Object.keys(one.dependencies ?? {}), ...Object.keys(one.devDependencies ?? {})]);

async function manifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8")) as Manifest;
}
