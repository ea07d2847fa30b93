/**
 * Deploys the contracts, or completes and checks a deployment; run again, it changes nothing.
 *
 *   npm run deploy -- --network <name in hardhat.config.ts> | --rpc <url>
 *     [--profile production|devnet] [--treasury <address>] [--out <folder>] [--json]
 *
 * The deployer's key comes from GLIA_DEPLOYER_KEY or from the file that --key-file names, never from the command line.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { deploy, PROFILES, type ProfileName } from "@glia/contracts/deploy";
import { createPublicClient, createWalletClient, defineChain, getAddress, http, isHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { networkUrl } from "./network.ts";
import { readRecord, writeIndex, writeRecord } from "./record.ts";

const LOCAL_CHAIN = 31_337;
const CONTRACTS = resolve(import.meta.dirname, "../../contracts");

const { values: flags } = parseArgs({
  options: {
    network: { type: "string" },
    rpc: { type: "string" },
    profile: { type: "string" },
    treasury: { type: "string" },
    out: { type: "string" },
    "key-file": { type: "string" },
    json: { type: "boolean", default: false },
  },
});

function deployerKey(): Hex {
  const file = flags["key-file"];
  const text = (file === undefined ? process.env["GLIA_DEPLOYER_KEY"] : readFileSync(file, "utf8"))?.trim() ?? "";
  if (isHex(text) && text.length === 66) return text;
  throw new Error(
    "The deployer's key must be 0x and 64 hex digits, in GLIA_DEPLOYER_KEY or in the file of --key-file.",
  );
}

function endpoint(): string {
  if (flags.rpc !== undefined) return flags.rpc;
  if (flags.network !== undefined) return networkUrl(flags.network);
  throw new Error("Say where to deploy: --network <name> or --rpc <url>.");
}

function isProfile(name: string): name is ProfileName {
  return name in PROFILES;
}

async function main(): Promise<void> {
  const transport = http(endpoint());
  const chainId = await createPublicClient({ transport }).getChainId();
  const chain = defineChain({
    id: chainId,
    name: flags.network ?? `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const profile = flags.profile ?? (chainId === LOCAL_CHAIN ? "devnet" : "production");
  if (!isProfile(profile)) throw new Error(`The profile must be one of ${Object.keys(PROFILES).join(", ")}.`);
  if (chainId === LOCAL_CHAIN && flags.out === undefined) {
    throw new Error(`Chain ${LOCAL_CHAIN} is a local one: say with --out <folder> where its record belongs.`);
  }
  const folder = flags.out === undefined ? resolve(CONTRACTS, "deployments") : resolve(flags.out);

  const { deployment, sent } = await deploy({
    publicClient: createPublicClient({ chain, transport }),
    walletClient: createWalletClient({ account: privateKeyToAccount(deployerKey()), chain, transport }),
    profile,
    ...(flags.treasury === undefined ? {} : { treasury: getAddress(flags.treasury) }),
    recorded: readRecord(folder, chainId),
    onRecord: (partial) => writeRecord(folder, chainId, partial),
    onStep: (text) => process.stderr.write(`${text}\n`),
  });
  const file = writeRecord(folder, chainId, deployment);
  if (flags.out === undefined) writeIndex(CONTRACTS);
  const summary = sent === 0 ? "Everything was in place." : `${sent} transactions sent.`;
  process.stdout.write(
    flags.json ? `${JSON.stringify({ ok: true, file, sent, deployment })}\n` : `${summary} ${file}\n`,
  );
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
