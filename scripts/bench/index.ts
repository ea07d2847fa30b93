import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Benches of contracts, which must be compiled first. */
const NEEDS_CONTRACTS = new Set(["fraud", "gas"]);

/** `npm run bench -- <name> [its options]` runs scripts/bench/<name>.ts, which reads the rest of the arguments itself. */
const [name, ...rest] = process.argv.slice(2);
const file =
  name !== undefined && /^[a-z]+$/.test(name) && name !== "index"
    ? new URL(`./${name}.ts`, import.meta.url)
    : undefined;

if (file !== undefined && existsSync(file)) {
  if (NEEDS_CONTRACTS.has(name ?? "")) await import("../build/compile.ts");
  // What did not compile must not be measured; the compiler said why.
  if (process.exitCode) process.exit();
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
