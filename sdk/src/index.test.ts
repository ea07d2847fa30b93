import assert from "node:assert/strict";
import { join } from "node:path";
import { build } from "esbuild";
import type { BuildFailure } from "esbuild";

/** Bundles a module for browsers; gives the modules in the bundle, or what no browser has. */
async function browserBundle(entry: string): Promise<{ modules: string[]; missing: string[] }> {
  try {
    const { metafile } = await build({
      entryPoints: [join(import.meta.dirname, entry)],
      bundle: true,
      write: false,
      metafile: true,
      platform: "browser",
      format: "esm",
      target: "es2024",
      logLevel: "silent",
    });
    return { modules: Object.keys(metafile.inputs), missing: [] };
  } catch (error) {
    const { errors } = error as BuildFailure;
    return { modules: [], missing: errors.map(({ text, location }) => `${text} in ${location?.file ?? "?"}`) };
  }
}

describe("the door of the SDK", () => {
  it("bundles for browsers without any module of Node", async function () {
    this.timeout(60_000);
    const { modules, missing } = await browserBundle("index.ts");
    assert.deepEqual(missing, []);
    assert.ok(modules.some((name) => name.endsWith("market/glia-client.ts")));
    const heavy = modules.filter((name) => /node_modules\/(libp2p|helia|ethers|blockstore-fs)\//.test(name));
    assert.deepEqual(heavy, []);
  });

  it("would notice one (the Node door has some)", async function () {
    this.timeout(60_000);
    const { missing } = await browserBundle("market/node.ts");
    assert.ok(missing.some((text) => text.includes("node:fs/promises")));
  });
});
