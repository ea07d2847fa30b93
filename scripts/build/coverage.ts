import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { command } from "../checks/lib/command.ts";
import { ROOT } from "../checks/lib/root.ts";
import { lineCoverage } from "./lcov.ts";

/** `npm run coverage [-- --json]`: lines of contracts/ that the tests of test/contracts/ execute; mocks and tests do not count. */
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
  for (const file of files.filter((one) => one.missed.length > 0))
    console.log(`${file.path}: not run: ${file.missed.join(", ")}`);
  const lines = found === 0 ? 0 : Math.floor((10_000 * hit) / found) / 100;
  console.log(json ? JSON.stringify({ lines }) : `${lines} % of ${found} lines`);
  process.exitCode = code;
} else {
  console.error("Hardhat wrote no coverage report.");
  process.exitCode = 1;
}
