import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { command } from "../checks/lib/command.ts";
import { ROOT } from "../checks/lib/root.ts";
import { lineCoverage } from "./lcov.ts";

/**
 * `npm run coverage [-- --json]`: lines of contracts/ that the tests in Solidity of test/contracts/ execute; mocks and tests do not count.
 *
 * Tests in TypeScript run too, but deploy what `npm run compile` built, on a chain with the real limits of size and gas: instrumented, Assurance,
 * which carries the creation code of Disputes, is beyond the limit of EIP-3860, and proofs cost more gas than they may. So what only they
 * test counts as not run, and files of which nothing ran are named.
 */
const json = process.argv.includes("--json");
const report = join(ROOT, "coverage/lcov.info");

await rm(report, { force: true });
const { code } = await command("hardhat", ["test", "--coverage"], {
  // Instrumented contracts are too large to be deployed; they must not take the place of the real ones.
  env: { GLIA_BUILD_FOLDER: "coverage/build" },
  onOutput: (text) => process.stderr.write(text),
});
if (existsSync(report)) {
  const counted = (path: string): boolean => path.startsWith("contracts/") && !path.startsWith("contracts/mocks/");
  const { files, found, hit } = lineCoverage(await readFile(report, "utf8"), counted);
  const untouched = files.filter((file) => file.untouched).map(({ path }) => path);
  for (const path of untouched) console.log(`${path}: no test in Solidity runs it`);
  for (const { path, missed } of files.filter((file) => !file.untouched && file.missed.length > 0))
    console.log(`${path}: not run: ${missed.join(", ")}`);
  const lines = found === 0 ? 0 : Math.floor((10_000 * hit) / found) / 100;
  console.log(
    json
      ? JSON.stringify({ lines, untouched })
      : `${lines} % of ${found} lines; no test in Solidity runs ${untouched.length} files`,
  );
  process.exitCode = code;
} else {
  console.error("Hardhat wrote no coverage report.");
  process.exitCode = 1;
}
