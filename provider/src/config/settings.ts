import { type Address, getAddress, isAddress } from "viem";
import { z } from "zod";

import { LIBP2P_NONE, UNSANDBOXED_SENTENCE } from "./words.ts";

/** One setting of the node: its type, what it defaults to and what it means. Flags and environment variables follow from the key. */
export interface Setting<T extends z.ZodType = z.ZodType> {
  readonly schema: T;
  readonly fallback: z.input<T> | undefined;
  /** What it means, with its unit; shown by `--help`. */
  readonly about: string;
  /** The right form of a value, for error messages. */
  readonly form: string;
  /** Reads the text of a flag or environment variable. */
  readonly parse: (text: string) => unknown;
}

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown => (/^-?\d+$/.test(text.trim()) ? Number(text) : text);
const asFlag = (text: string): unknown => ({ true: true, false: false })[text] ?? text;
const asList = (text: string): unknown => (text.trim() === "" ? [] : text.split(",").map((entry) => entry.trim()));
const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

function setting<T extends z.ZodType>(
  schema: T,
  fallback: z.input<T> | undefined,
  about: string,
  form: string,
  parse: (text: string) => unknown,
): Setting<T> {
  return { schema, fallback, about, form, parse };
}

const count = (min: number, max: number, fallback: number, about: string): Setting<z.ZodNumber> =>
  setting(z.number().int().min(min).max(max), fallback, about, `a whole number from ${min} to ${max}`, asNumber);
const flag = (fallback: boolean, about: string): Setting<z.ZodBoolean> =>
  setting(z.boolean(), fallback, about, "true or false", asFlag);
const text = (fallback: string | undefined, about: string, form: string): Setting<z.ZodString> =>
  setting(z.string().min(1).max(4096), fallback, about, form, asText);

const address = z
  .string()
  .refine((value) => isAddress(value, { strict: false }))
  .transform((value): Address => getAddress(value));
const contract = (about: string): Setting<typeof address> =>
  setting(address, undefined, about, "a 20-byte address, 0x and 40 hex digits", asText);

const httpUrl = z.url({ protocol: /^https?$/ });
const units = z
  .string()
  .regex(/^\d{1,38}$/)
  .transform((value) => BigInt(value));
const priceList = z.strictObject({
  base: units,
  perItem: units,
  perMegabyteModel: units.default(0n),
  perMegabyteInput: units.default(0n),
  perMegabyteOutput: units.default(0n),
});

const GIB = 2 ** 30;

/** Every setting there is, by key. */
export const SETTINGS = {
  chainId: count(1, 2 ** 48, 1, "Chain the market is on."),
  rpc: setting(
    z.array(httpUrl).min(1).max(8),
    undefined,
    "RPC endpoints, best first; the next is used when one fails.",
    "http(s) URLs, separated by commas",
    asList,
  ),
  market: contract("Address of the JobMarket."),
  registry: contract("Address of the ProviderRegistry."),
  vault: contract("Address of the Vault."),
  gliaToken: contract("Address of the GLIA token."),
  fromBlock: count(0, 2 ** 48, 0, "Block from which the market's events are read the first time."),
  confirmations: count(0, 1_000, 1, "Blocks that must lie on top of an event before the node acts on it."),
  logRange: count(1, 100_000, 2_000, "Most blocks asked for in one eth_getLogs."),
  pollMs: count(50, 600_000, 4_000, "Milliseconds between two looks at the chain."),
  maxHeadAge: count(
    0,
    86_400,
    300,
    "Seconds that the newest block may be old before the node reports itself not ready; 0 is never.",
  ),
  provider: contract("Address of the registered provider, the owner of the stake."),
  keystore: text("operator.json", "Operator's Web3 keystore, inside the data directory unless absolute.", "a path"),
  passwordFile: text(
    undefined,
    "File with the keystore's password on its first line, mode 0600; asked on the terminal if unset.",
    "a path",
  ),
  host: text("127.0.0.1", "Address that the public quote server listens on.", "an IP address or host name"),
  port: count(0, 65_535, 8_645, "Port of the public quote server; 0 lets the system choose."),
  endpoint: setting(
    httpUrl,
    undefined,
    "Public URL of the quote server, as registered; http://host:port if unset.",
    "an http(s) URL",
    asText,
  ),
  tlsCert: text(undefined, "TLS certificate chain (PEM) of the quote server.", "a path"),
  tlsKey: text(undefined, "TLS private key (PEM) of the quote server.", "a path"),
  requestsPerMinute: count(1, 1_000_000, 240, "Requests per minute that the quote server takes from one address."),
  trustProxy: flag(false, "Whether a reverse proxy in front sets X-Forwarded-For."),
  controlPort: count(0, 65_535, 8_646, "Loopback port of the control API and metrics; 0 lets the system choose."),
  prices: setting(
    z.record(address, priceList),
    {},
    "Price list by token address, in the token's smallest units.",
    'JSON such as {"0x…":{"base":"1000","perItem":"10","perMegabyteModel":"5"}}',
    asJson,
  ),
  quoteSeconds: count(5, 60, 45, "Seconds that a quote is valid."),
  audit: flag(
    false,
    "Whether to audit other providers' jobs; the provider's account enrols stake for it with `glia-node auditing enrol`.",
  ),
  bid: flag(true, "Whether to take jobs from the auction."),
  bidMarginBps: count(0, 1_000_000, 0, "What the auction must pay above the price list, in basis points."),
  concurrency: count(1, 64, 1, "Jobs that run at the same time."),
  maxQueue: count(1, 10_000, 16, "Jobs that may be assigned or running before new quotes are refused."),
  maxItems: count(1, 2 ** 32 - 1, 100_000, "Most items of a job."),
  maxCarBytes: count(1, 2 ** 48, GIB, "Largest upload, in bytes."),
  maxModelBytes: count(1, 2 ** 48, 512 * 2 ** 20, "Largest model file, in bytes."),
  maxInputBytes: count(1, 2 ** 48, GIB, "Largest batch file, in bytes."),
  maxOutputBytes: count(1, 2 ** 48, GIB, "Largest output of a job, in bytes."),
  minRejectWindow: count(0, 86_400, 10, "Shortest rejectWindow that is accepted, in seconds."),
  minExecutionWindow: count(
    0,
    86_400,
    10,
    "Shortest executionWindow of a job, and reveal and move window of its module, that is accepted, in seconds.",
  ),
  maxChallengeWindow: count(0, 31_536_000, 1_209_600, "Longest challengeWindow that is accepted, in seconds."),
  executionProviders: setting(
    z
      .array(z.string().regex(/^[A-Za-z0-9]{1,40}$/))
      .min(1)
      .max(8),
    ["cpu"],
    "ONNX Runtime execution providers, best first.",
    "names separated by commas, such as cuda,cpu",
    asList,
  ),
  threads: count(0, 1_024, 0, "Threads of one inference; 0 leaves it to ONNX Runtime."),
  maxModelMemoryBytes: count(2 ** 26, 2 ** 48, 4 * GIB, "Memory that one model's worker may use, in bytes."),
  allowUnsandboxedModels: setting(
    z.literal(UNSANDBOXED_SENTENCE),
    undefined,
    "Takes strangers' jobs on a host without a sandbox, only with these very words.",
    `the sentence "${UNSANDBOXED_SENTENCE}"`,
    asText,
  ),
  gateways: setting(
    z.array(httpUrl).max(16),
    [],
    "Trustless IPFS gateways to try besides the buyer's sources.",
    "http(s) URLs, separated by commas",
    asList,
  ),
  allowLoopbackSources: flag(false, "Lets sources be plain http and on loopback; for local development networks only."),
  fetchTimeoutSeconds: count(1, 86_400, 300, "Longest time to fetch a job's bytes, in seconds."),
  listen: setting(
    z.array(z.string().regex(/^\/(ip4|ip6|dns)/)).max(8),
    [],
    `libp2p multiaddrs for Bitswap; ${LIBP2P_NONE}`,
    "multiaddrs separated by commas, such as /ip4/0.0.0.0/tcp/4001",
    asList,
  ),
  keepOutputHours: count(1, 87_600, 168, "Hours for which outputs stay served after settlement."),
  logLevel: setting(
    z.enum(["silent", "error", "warn", "info", "debug"]),
    "info",
    "Least important log lines that are written.",
    "silent, error, warn, info or debug",
    asText,
  ),
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/** Whether a setting is true or false. */
export function isSwitch(key: SettingKey): boolean {
  return SETTINGS[key].schema instanceof z.ZodBoolean;
}

/** The node's whole configuration, every value checked. */
export type NodeConfig = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K] extends { fallback: undefined }
    ? z.output<(typeof SETTINGS)[K]["schema"]> | undefined
    : z.output<(typeof SETTINGS)[K]["schema"]>;
};
