import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import { ROOT } from "./root.ts";

const GENERATED_DIRECTORIES = new Set(["node_modules", ".git", ".glia", "dist"]);
const GENERATED_AT_THE_TOP = new Set(["artifacts", "cache", "coverage"]);

/** Every file of the project whose path satisfies `wanted`, relative to the root, sorted; what tools generate is left out. */
export async function projectFiles(wanted: (path: string) => boolean, root = ROOT): Promise<string[]> {
  const found: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        const generated =
          GENERATED_DIRECTORIES.has(entry.name) || (directory === root && GENERATED_AT_THE_TOP.has(entry.name));
        if (!generated) await visit(path);
      } else if (entry.isFile() && wanted(relative(root, path))) found.push(relative(root, path));
    }
  };
  await visit(root);
  return found.sort();
}

/** Whether a path is test code: a test, or a helper that only tests of its package use. */
export const isTestCode = (path: string): boolean => path.endsWith(".test.ts") || path.includes("/testing/");

/** Whether a path is a TypeScript source of ours. */
export const isTypeScript = (path: string): boolean => path.endsWith(".ts") && !path.endsWith(".d.ts");
