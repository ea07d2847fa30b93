import { open } from "node:fs/promises";

/** Has a file's bytes, or a directory's names, on the disk itself when it resolves; what is not there is passed over. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
