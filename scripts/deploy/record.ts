/** Keeps the record of a deployment in <folder>/<chainId>.json and the list of records that browsers import. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Deployment } from "@glia/contracts";

/** What an earlier run wrote, whole or in part; empty if there was none. */
export function readRecord(folder: string, chainId: number): Partial<Deployment> {
  const file = join(folder, `${chainId}.json`);
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, "utf8")) as Partial<Deployment>;
}

/** Writes the record so that an interruption leaves the old or the new one whole. Returns the file. */
export function writeRecord(folder: string, chainId: number, record: Partial<Deployment>): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${chainId}.json`);
  replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

/** Rewrites contracts/deployments.ts so that it imports every record in contracts/deployments. */
export function writeIndex(contracts: string): void {
  const ids = readdirSync(join(contracts, "deployments"))
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
  const imports = ids.map((id) => `import chain${id} from "./deployments/${id}.json" with { type: "json" };\n`);
  const entries = ids.map((id) => `  ${id}: parseDeployment(chain${id}),\n`);
  const body = ids.length === 0 ? "{}" : `{\n${entries.join("")}}`;
  const parse = ids.length === 0 ? "" : 'import { parseDeployment } from "./deployment.ts";\n';
  replaceFile(
    join(contracts, "deployments.ts"),
    "/** Deployments on public chains, by chain id. A local chain's deployment is in the folder of whoever started that chain. */\n" +
      `${parse}import type { Deployment } from "./deployment.ts";\n${imports.join("")}\n` +
      `export const deployments: Readonly<Record<number, Deployment>> = ${body};\n`,
  );
}

function replaceFile(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
