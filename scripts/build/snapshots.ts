/**
 * Writes test/snapshots: storage layout, ABI, size and gas of the contracts, so that a change of any of them is a line in a diff.
 * Needs compiled contracts. `--check` writes nothing and fails if a snapshot is out of date; gas may differ by half a per cent,
 * because the bytes of timestamps cost more or less.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { toFunctionSelector, toEventSelector, type AbiParameter } from "viem";
import { formatAbiItem } from "viem/utils";

import { loadArtifact, type ContractName } from "../../contracts/artifacts.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "test/snapshots");
const OURS = [
  "Assurance",
  "BlockhashBeacon",
  "Disputes",
  "GliaToken",
  "HeaderBeacon",
  "JobMarket",
  "ProviderRegistry",
  "Referee",
  "Vault",
] as const satisfies readonly ContractName[];
const GAS_TOLERANCE = 0.005;

interface StorageEntry {
  readonly label: string;
  readonly slot: string;
  readonly offset: number;
  readonly type: string;
}

interface BuildOutput {
  readonly output: {
    readonly contracts: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly storageLayout?: { readonly storage: readonly StorageEntry[] } }>>
      >
    >;
  };
}

/** Type names carry the compiler's node numbers, which change with every edit. */
const withoutNumbers = (type: string): string => type.replace(/\)\d+(?=[_,)]|$)/g, ")");

function storageOf(name: ContractName): readonly string[] {
  const { sourceName } = loadArtifact(name);
  const folder = join(ROOT, "artifacts/build-info");
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".output.json"))) {
    const { output } = JSON.parse(readFileSync(join(folder, file), "utf8")) as BuildOutput;
    const layout = output.contracts[`project/${sourceName}`]?.[name]?.storageLayout;
    if (layout) return layout.storage.map((e) => `${e.slot}:${e.offset} ${e.label} ${withoutNumbers(e.type)}`);
  }
  throw new Error(`The build has no storage layout of ${name}. Run: npm run compile`);
}

function abiOf(name: ContractName): readonly string[] {
  const lines = loadArtifact(name).abi.map((item) => {
    const text = "name" in item ? `${item.type} ${formatAbiItem(item, { includeName: true })}` : item.type;
    if (item.type === "function") {
      const outputs = item.outputs.map(({ type }: AbiParameter) => type).join(",");
      return `${toFunctionSelector(item)} ${text} ${item.stateMutability} → (${outputs})`;
    }
    return item.type === "event" ? `${toEventSelector(item).slice(0, 10)} ${text}` : text;
  });
  return lines.sort();
}

function measureGas(): Readonly<Record<string, number>> {
  const args = [join(ROOT, "scripts/bench/gas.ts"), "--json", "--open", "0"];
  const text = execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { paths } = JSON.parse(text.trim().split("\n").at(-1) ?? "") as { paths: Record<string, number> };
  return paths;
}

/** Says whether all of `now` is close to what was written. */
function isClose(written: string, now: Readonly<Record<string, number>>): boolean {
  const before = JSON.parse(written) as Record<string, number>;
  const names = Object.keys(now);
  if (names.join() !== Object.keys(before).join()) return false;
  return names.every((name) => Math.abs((now[name] ?? 0) / (before[name] ?? 1) - 1) <= GAS_TOLERANCE);
}

const each = (of: (name: ContractName) => unknown): string =>
  `${JSON.stringify(Object.fromEntries(OURS.map((name) => [name, of(name)])), null, 2)}\n`;

const gas = measureGas();
const snapshots: Readonly<Record<string, string>> = {
  "abi.json": each(abiOf),
  "gas.json": `${JSON.stringify(gas, null, 2)}\n`,
  "size.json": each((name) => (loadArtifact(name).deployedBytecode.length - 2) / 2),
  "storage.json": each(storageOf),
};

const check = process.argv.includes("--check");
mkdirSync(FOLDER, { recursive: true });
const written = new Set(readdirSync(FOLDER));
const stale = Object.entries(snapshots).filter(([file, text]) => {
  if (!written.has(file)) return true;
  const before = readFileSync(join(FOLDER, file), "utf8");
  return file === "gas.json" ? !isClose(before, gas) : before !== text;
});
for (const [file, text] of check ? [] : stale) writeFileSync(join(FOLDER, file), text);
if (stale.length > 0) {
  const names = stale.map(([file]) => file).join(", ");
  process.stderr.write(
    check ? `Stale in test/snapshots: ${names}. Run: node scripts/build/snapshots.ts\n` : `Wrote ${names}\n`,
  );
  if (check) process.exitCode = 1;
}
