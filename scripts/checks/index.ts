import { arrows } from "./arrows.ts";
import { browser } from "./browser.ts";
import { commandExamples } from "./command-examples.ts";
import { examples } from "./examples.ts";
import { fileLength } from "./file-length.ts";
import { generated } from "./generated.ts";
import type { Check } from "./lib/check.ts";
import { licences } from "./licences.ts";
import { checkLinks } from "./links.ts";
import { solidityArrows } from "./solidity-arrows.ts";
import { dead, eslint, licenceFile, prettier, solhint, types } from "./tools.ts";
import { undeclared } from "./undeclared.ts";

/** In the order in which they start: what others read is made first, the slow ones early. */
const CHECKS: readonly Check[] = [
  generated,
  eslint,
  types,
  prettier,
  dead,
  solhint,
  arrows,
  solidityArrows,
  undeclared,
  browser,
  checkLinks,
  examples,
  commandExamples,
  licences,
  licenceFile,
  fileLength,
];

/** Two at a time: the machines that we promise to run on have two cores. */
const AT_ONCE = 2;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(", ")}; there are ${CHECKS.map((check) => check.name).join(", ")}.`);
  process.exit(2);
}
const queue = CHECKS.filter((check) => wanted.length === 0 || wanted.includes(check.name));
const failed: string[] = [];
if (queue[0] === generated) await runOne(generated).then(() => queue.shift());
await Promise.all(Array.from({ length: AT_ONCE }, work));

if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}. One alone: npm run check -- ${failed[0]}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) await runOne(check);
}

async function runOne(check: Check): Promise<void> {
  const start = performance.now();
  const problems = await check
    .run()
    .catch((error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${check.name} (${seconds} s)`);
  if (problems.length === 0) return;
  failed.push(check.name);
  for (const problem of problems) console.log(`       ${problem}`);
}
