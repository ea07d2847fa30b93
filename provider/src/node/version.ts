import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  return version;
}

/** Version of this package. */
export const NODE_VERSION = versionOf(new URL("../../package.json", import.meta.url).pathname);

/** The runtime class of results, e.g. `onnxruntime-node/1.30.0/cpu`. */
export function runtimeClass(executionProvider: string): string {
  return `onnxruntime-node/${versionOf(require.resolve("onnxruntime-node/package.json"))}/${executionProvider}`;
}
