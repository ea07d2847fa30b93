import { chainTime, digestToCid } from "@glia/sdk";

import { createSender } from "../adapters/chain/sender.ts";
import { removeWatchRecord } from "../adapters/store/watch-records.ts";
import { createAttestationReview } from "../services/audit/review-attestation.ts";
import { createBidder } from "../services/bidder.ts";
import { createHousekeeper } from "../services/housekeeper.ts";
import { createOfferer, type Offerer } from "../services/offerer.ts";
import { createRejecter } from "../services/rejecter.ts";
import { createRevealer } from "../services/revealer.ts";
import { createModules } from "../services/modules.ts";
import { createRunner, type Runner } from "../services/runner.ts";
import { createSettler } from "../services/settler.ts";
import { applyOutcome } from "../services/transaction-outcome.ts";
import { createWatcher } from "../services/watcher.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import { createAssuranceServices } from "./assurance.ts";
import type { NodeParts } from "./parts.ts";

/** Key of the journal's setting that says whether the operator drains the node. */
const DRAINING = "draining";

/** Milliseconds between two comparisons of the endpoints' heads, and between two collections of content. */
const COMPARE_MS = 30_000;
const COLLECT_MS = 600_000;

/** The node's background services, wired to each other. */
export interface Services {
  /** In the order in which they start; they stop in the opposite one. */
  readonly loops: readonly Loop[];
  readonly runner: Runner;
  readonly offerer: Offerer;
  /** Services whose last step failed. */
  readonly failing: ReadonlySet<string>;
  readonly isDraining: () => boolean;
  readonly setDraining: (on: boolean) => void;
}

/** Creates the services; none runs yet. */
export function createServices(parts: NodeParts): Services {
  const { config, client, publicClient, journal, store, operator, provider, log, metrics, onPoint } = parts;
  const { pollMs } = config;
  const { market } = client.deployment;
  const failing = new Set<string>();
  let caughtUp = false;
  const isDraining = (): boolean => journal.settings.get(DRAINING) === "true";

  const watch = (name: string) => (error: unknown) => {
    if (error === undefined) failing.delete(name);
    else {
      failing.add(name);
      metrics.loopFailures.inc({ service: name });
    }
  };
  const sender = createSender({
    chainId: config.chainId,
    publicClient,
    operator,
    journal,
    log,
    onPoint,
    isStillRight: createAttestationReview(journal, client, provider),
    onOutcome: (transaction, outcome) => applyOutcome(journal, transaction, outcome),
  });
  const common = { journal, publicClient, market, pollMs, log };
  const modules = createModules(client, journal, log);
  const offerer = createOfferer({
    client,
    journal,
    modules,
    provider,
    policy: config,
    prices: config.prices,
    localSize: (digest) => store.size(digestToCid(digest)).catch(() => undefined),
    isDraining,
  });
  const tender = createLoop({
    name: "sender",
    intervalMs: pollMs,
    log,
    step: () => sender.tend(),
    onStep: watch("sender"),
  });
  const settler = createSettler({ ...common, sender });
  const revealer = createRevealer({ ...common, sender, watch: (job, result) => assurance.watch(job, result) });
  const runner = createRunner({
    journal,
    publicClient,
    log,
    pollMs,
    concurrency: config.concurrency,
    onPoint,
    context: {
      store,
      engine: parts.engine,
      readExact: parts.readExact,
      limits: config,
      runtime: parts.runtime,
      fetch: parts.fetch,
    },
    reject: createRejecter({ journal, sender, market }),
    onSelfTest(byLaw, nodes) {
      metrics.exactNodes.inc({ by: "law" }, byLaw);
      metrics.exactNodes.inc({ by: "runtime" }, nodes - byLaw);
    },
    onDone() {
      revealer.wake();
      assurance.committer.wake();
    },
    isKnownModule: (module) => modules.isKnown(module),
  });
  const bidder = createBidder({
    journal,
    client,
    sender,
    provider,
    offerer,
    marginBps: config.bidMarginBps,
    isPaused: isDraining,
    pollMs,
    log,
  });
  const assurance = createAssuranceServices(parts, sender);
  const housekeeper = createHousekeeper({
    journal,
    forget: (jobId) => removeWatchRecord(parts.directory, jobId),
    store,
    served: parts.served,
    intervalMs: COLLECT_MS,
    keepOutputSeconds: config.keepOutputHours * 3_600,
    isCaughtUp: () => caughtUp,
    now: () => chainTime(publicClient),
    log,
  });
  const watcher = createWatcher({
    client,
    journal,
    modules,
    provider,
    auditing: config.audit,
    fromBlock: client.deployment.fromBlock,
    range: BigInt(config.logRange),
    confirmations: BigInt(config.confirmations),
    pollMs,
    log,
    onPoint,
    onStep: watch("watcher"),
    onRead(head) {
      if (!caughtUp) {
        caughtUp = true;
        housekeeper.wake();
      }
      if (head !== undefined) metrics.readBlock.set(Number(head));
      for (const loop of [runner, revealer, settler, bidder, ...assurance.loops]) loop.wake();
    },
  });
  const comparer = createLoop({
    name: "endpoints",
    intervalMs: COMPARE_MS,
    log,
    step: () => parts.failover.compareHeads(),
  });
  return {
    loops: [
      ...[housekeeper, comparer, tender, settler, ...assurance.loops, revealer, runner],
      ...(config.bid ? [bidder] : []),
      watcher,
    ],
    runner,
    offerer,
    failing,
    isDraining,
    setDraining: (on) => journal.settings.put(DRAINING, String(on)),
  };
}
