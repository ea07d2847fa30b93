import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** `npm run bench -- <name> [its options]` runs scripts/bench/<name>.ts, which reads the rest of the arguments itself. */
const [name, ...rest] = process.argv.slice(2);
const file =
  name !== undefined && /^[a-z]+$/.test(name) && name !== "index"
    ? new URL(`./${name}.ts`, import.meta.url)
    : undefined;

if (file !== undefined && existsSync(file)) {
  process.argv = [process.execPath, fileURLToPath(file), ...rest];
  await import(file.href);
} else {
  const files = await readdir(new URL(".", import.meta.url));
  const known = files.filter((one) => /^[a-z]+\.ts$/.test(one) && one !== "index.ts").map((one) => one.slice(0, -3));
  console.error(
    `Which bench? npm run bench -- <name> [--json], with one of: ${known.sort().join(", ") || "none yet"}.`,
  );
  process.exitCode = 2;
}
