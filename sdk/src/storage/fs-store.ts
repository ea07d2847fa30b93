import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifiedBlocks } from "./blocks.ts";
import { parseCid } from "./cid.ts";
import { createContentStore } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import { openFsBlocks } from "./fs-blocks.ts";
import { syncPath } from "./fs-sync.ts";
import type { Pins } from "./pins.ts";

/**
 * Opens (or makes) a content store on disk:
 *
 * ```
 * <directory>/blocks/<two characters of it>/<multihash in base32>.data   one block each, written to tmp/ and renamed
 * <directory>/pins/<CID>                                               an empty file per pinned root
 * <directory>/tmp/                                                     what is being written
 * ```
 *
 * A write that a crash cut off leaves a temporary file or a block that fails its hash; both count as missing.
 * What is pinned survives a loss of power: its blocks, then the pin, are forced to the disk before the promise resolves.
 */
export async function openFsStore(directory: string): Promise<ContentStore> {
  const blocks = await openFsBlocks(join(directory, "blocks"), join(directory, "tmp"));
  const pins = join(directory, "pins");
  await mkdir(pins, { recursive: true });
  await syncPath(directory);
  return createContentStore(verifiedBlocks(blocks), fsPins(pins));
}

function fsPins(directory: string): Pins {
  return {
    add: async (root) => {
      const path = join(directory, root.toString());
      await writeFile(path, "");
      await syncPath(path);
      await syncPath(directory);
    },
    delete: (root) => rm(join(directory, root.toString()), { force: true }),
    list: async () => (await readdir(directory)).map(parseCid),
  };
}
