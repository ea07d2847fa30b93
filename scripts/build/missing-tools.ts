import { createRequire } from "node:module";

import { command } from "../checks/lib/command.ts";
import { findChromium } from "../../test/helpers/chromium.ts";

/** What this machine lacks of the programs that some tests want, as phrases for one line. */
export async function missingTools(): Promise<string[]> {
  const missing: string[] = [];
  const sandbox = await command("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]).catch(() => undefined);
  if (sandbox?.code !== 0) missing.push("no usable bubblewrap (tests of the sandbox)");
  if ((await findChromium()) === undefined) missing.push("no Chromium (tests in a browser)");
  try {
    createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json");
  } catch {
    missing.push("no anvil for this system (local chains run on Hardhat)");
  }
  return missing;
}
