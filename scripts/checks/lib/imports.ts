import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

import { ROOT } from "./root.ts";

/** Every module that a TypeScript source names: imports, re-exports, dynamic imports, type imports. */
export function moduleNames(source: string): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map((imported) => imported.fileName);
}

/** {@link moduleNames} of a file of the project. */
export async function importsOf(path: string): Promise<string[]> {
  return moduleNames(await readFile(join(ROOT, path), "utf8"));
}

/** The package that a bare module name belongs to: `@scope/name/sub` → `@scope/name`. */
export function packageOf(moduleName: string): string {
  const parts = moduleName.split("/");
  return parts.slice(0, moduleName.startsWith("@") ? 2 : 1).join("/");
}

/** Whether a module name is a path. */
export const isRelative = (moduleName: string): boolean => moduleName.startsWith(".") || moduleName.startsWith("/");
