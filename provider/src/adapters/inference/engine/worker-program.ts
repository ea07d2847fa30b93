import { findPackageJSON } from "node:module";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfinedProgram } from "../sandbox/command.ts";

/** Where GPU libraries are looked for; the only variable of the operator's that reaches a worker, and only with a GPU. */
const LIBRARY_PATH = "LD_LIBRARY_PATH";

/** What the SDK's door for running exact models imports. */
const SDK_NEEDS = ["protobufjs", "long"];

/** The worker's program as this installation has it. `gpu` shows it the machine's GPU devices; `exact` the SDK, which runs exact models. */
export function workerProgram(gpu: boolean, exact = false): ConfinedProgram {
  const libraries = process.env[LIBRARY_PATH];
  return {
    entry: fileURLToPath(new URL(`../worker/main${extname(import.meta.url)}`, import.meta.url)),
    packages: {
      "onnxruntime-node": packageFolder("onnxruntime-node", import.meta.url),
      "onnxruntime-common": packageFolder("onnxruntime-common", manifestOf("onnxruntime-node", import.meta.url)),
      ...(exact ? sdkPackages() : {}),
    },
    manifest: manifestOf("..", import.meta.url),
    gpu,
    environment: gpu && libraries !== undefined ? { [LIBRARY_PATH]: libraries } : {},
  };
}

function sdkPackages(): Record<string, string> {
  const sdk = manifestOf("@glia/sdk", import.meta.url);
  const needs = SDK_NEEDS.map((name) => [name, packageFolder(name, sdk)] as const);
  return { "@glia/sdk": dirname(sdk), ...Object.fromEntries(needs) };
}

function packageFolder(name: string, from: string): string {
  return dirname(manifestOf(name, from));
}

function manifestOf(name: string, from: string): string {
  const path = findPackageJSON(name, from);
  if (path === undefined) throw new Error(`the package ${name} is not installed; run npm ci`);
  return path;
}
