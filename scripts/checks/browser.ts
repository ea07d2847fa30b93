import { join } from "node:path";

import { build } from "esbuild";

import type { Check } from "./lib/check.ts";
import { ROOT } from "./lib/root.ts";

/** The SDK's main door can be bundled for a browser: nothing behind it reaches for Node. */
export const browser: Check = {
  name: "browser",
  run: async () => {
    const result = await build({
      entryPoints: [join(ROOT, "sdk/src/index.ts")],
      absWorkingDir: ROOT,
      bundle: true,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
      write: false,
    }).catch((error: unknown) => error as Awaited<ReturnType<typeof build>>);
    return result.errors.map(
      (error) => `${error.location?.file ?? "sdk/src/index.ts"}:${error.location?.line ?? 1}: ${error.text}`,
    );
  },
};
