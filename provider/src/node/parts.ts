import type { ContentStore, ExactReader, MarketClient, ServedSet } from "@glia/sdk";
import type { Address, Hex, LocalAccount, PublicClient } from "viem";

import type { Failover } from "../adapters/chain/failover.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { NodeConfig } from "../config/settings.ts";
import type { PointObserver } from "../domain/points.ts";
import type { Inference } from "../inference.ts";
import type { Logger } from "../util/log.ts";
import type { Metrics } from "../util/metrics.ts";

/** Everything that the composition root opened; services take from it what they need. */
export interface NodeParts {
  /** The node's data directory. */
  readonly directory: string;
  readonly config: NodeConfig;
  readonly client: MarketClient;
  readonly publicClient: PublicClient;
  readonly failover: Failover;
  readonly journal: Journal;
  readonly store: ContentStore;
  readonly served: ServedSet;
  readonly engine: Inference;
  /** Finds the integer function in a stranger's file, on a thread of its own. */
  readonly readExact: ExactReader;
  readonly operator: LocalAccount;
  /** From which salts follow; 32 bytes. */
  readonly secret: Hex;
  readonly provider: Address;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly onPoint: PointObserver;
  /** The runtime class of results, e.g. `onnxruntime-node/1.30.0/cpu`. */
  readonly runtime: string;
  /** Where the node can be reached over libp2p; empty unless the setting `listen` says so. */
  readonly peers: readonly string[];
  /** A fetch that refuses addresses which strangers must not reach. */
  readonly guardedFetch: typeof globalThis.fetch;
  readonly fetch: (digest: Hex, sources: readonly string[], maxBytes: number, signal: AbortSignal) => Promise<void>;
}
