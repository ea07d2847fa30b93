import { projectFiles } from "../checks/lib/files.ts";
import { command } from "../checks/lib/command.ts";
import { add, closingLine, type Counts, judge, NOTHING, readCounts } from "./counts.ts";
import { missingTools } from "./missing-tools.ts";

/** A part of the tests that can be asked for by name: `npm run test:unit`. */
interface Suite {
  readonly name: string;
  readonly run: () => Promise<Counts>;
}

const isTest = (path: string): boolean => path.endsWith(".test.ts");

const isIntegration = (path: string): boolean => path.startsWith("test/integration/");

/** What only computes shares the machine; what starts nodes, and looks at clocks, has it to itself. */
const STAGES: readonly (readonly Suite[])[] = [
  [
    { name: "solidity", run: async () => counted("solidity", "hardhat", ["test", "solidity", "--no-compile"]) },
    { name: "unit", run: async () => mocha("unit", (path) => isTest(path) && !path.startsWith("test/")) },
    {
      name: "protocol",
      run: async () => mocha("protocol", (path) => isTest(path) && path.startsWith("test/") && !isIntegration(path), 2),
    },
  ],
  // Their files share nothing, and mostly wait for chains and nodes.
  [{ name: "integration", run: async () => mocha("integration", (path) => isTest(path) && isIntegration(path), 3) }],
];

const wanted = process.argv.slice(2);
const known = STAGES.flat().map((suite) => suite.name);
if (wanted.some((name) => !known.includes(name))) {
  console.error(`There are the suites ${known.join(", ")}; without a name all of them run.`);
  process.exit(2);
}

const start = performance.now();
const compiled = await command("hardhat", ["build", "--quiet"]);
if (compiled.code !== 0) {
  console.error(compiled.output);
  console.log(closingLine({ ...NOTHING, failed: 1 }));
  process.exit(1);
}

let total = NOTHING;
for (const stage of STAGES) {
  const chosen = stage.filter((suite) => wanted.length === 0 || wanted.includes(suite.name));
  for (const counts of await Promise.all(chosen.map((suite) => suite.run()))) total = add(total, counts);
}
const missing = await missingTools();
console.log(
  `\n${((performance.now() - start) / 1000).toFixed(0)} s on this machine${missing.length > 0 ? `, with ${missing.join(", ")}` : ""}`,
);
console.log(closingLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs the test files that are wanted, `jobs` of them at a time. */
async function mocha(name: string, wants: (path: string) => boolean, jobs = 1): Promise<Counts> {
  const files = await projectFiles(wants);
  const parallel = jobs > 1 ? ["--parallel", "--jobs", String(jobs)] : [];
  return files.length === 0 ? judge(NOTHING, 0) : counted(name, "mocha", [...parallel, ...files]);
}

/** Runs one suite and prints what it said in one piece, so that suites that run together do not mix. */
async function counted(name: string, program: string, args: readonly string[]): Promise<Counts> {
  const { code, output } = await command(program, args);
  const counts = judge(readCounts(output), code);
  console.log(`\n── ${name}: ${closingLine(counts)}`);
  if (counts.failed > 0) console.log(output);
  return counts;
}
