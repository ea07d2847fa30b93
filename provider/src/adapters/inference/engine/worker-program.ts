import { findPackageJSON } from "node:module";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfinedProgram } from "../sandbox/command.ts";

/** Where GPU libraries are looked for; the only variable of the operator's that reaches a worker, and only with a GPU. */
const LIBRARY_PATH = "LD_LIBRARY_PATH";

/** The worker's program as this installation has it. `gpu` shows it the machine's GPU devices. */
export function workerProgram(gpu: boolean): ConfinedProgram {
  const libraries = process.env[LIBRARY_PATH];
  return {
    entry: fileURLToPath(new URL(`../worker/main${extname(import.meta.url)}`, import.meta.url)),
    packages: {
      "onnxruntime-node": packageFolder("onnxruntime-node", import.meta.url),
      "onnxruntime-common": packageFolder("onnxruntime-common", manifestOf("onnxruntime-node", import.meta.url)),
    },
    manifest: manifestOf("..", import.meta.url),
    gpu,
    environment: gpu && libraries !== undefined ? { [LIBRARY_PATH]: libraries } : {},
  };
}

function packageFolder(name: string, from: string): string {
  return dirname(manifestOf(name, from));
}

function manifestOf(name: string, from: string): string {
  const path = findPackageJSON(name, from);
  if (path === undefined) throw new Error(`the package ${name} is not installed; run npm ci`);
  return path;
}
