import { join } from "node:path";

import { build } from "esbuild";

import type { Check } from "./lib/check.ts";
import { ROOT } from "./lib/root.ts";

/** Doors of the SDK that are for browsers too. */
const DOORS = ["sdk/src/index.ts", "sdk/src/exact/index.ts"];

/** These doors can be bundled for a browser: nothing behind them reaches for Node. */
export const browser: Check = {
  name: "browser",
  run: async () => {
    const result = await build({
      entryPoints: DOORS.map((door) => join(ROOT, door)),
      outdir: join(ROOT, "dist"),
      absWorkingDir: ROOT,
      bundle: true,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
      write: false,
    }).catch((error: unknown) => error as Awaited<ReturnType<typeof build>>);
    return result.errors.map(
      (error) => `${error.location?.file ?? "sdk/src"}:${error.location?.line ?? 1}: ${error.text}`,
    );
  },
};
