/** Writes test/vectors/exact: run it after a change of docs/EXACT.md, and read the difference. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { exactVectors } from "./exact-vectors/index.ts";

const folder = join(import.meta.dirname, "../../test/vectors/exact");
await mkdir(folder, { recursive: true });
for (const [name, content] of await exactVectors()) {
  const text = await format(JSON.stringify(content), { parser: "json", printWidth: 120 });
  await writeFile(join(folder, name), text);
  console.log(`${name}: ${text.length} bytes`);
}
