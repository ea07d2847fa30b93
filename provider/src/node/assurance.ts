import { resultCommitment } from "@glia/sdk";

import { createAuditContent } from "../adapters/artifacts/audit-content.ts";
import type { Sender } from "../adapters/chain/sender.ts";
import type { JobRecord } from "../adapters/store/jobs.ts";
import type { ResultRecord } from "../adapters/store/results.ts";
import { writeWatchRecord } from "../adapters/store/watch-records.ts";
import { saltOf } from "../adapters/keystore/salts.ts";
import { createAttester } from "../services/audit/attester.ts";
import { createDrawer } from "../services/audit/drawer.ts";
import { createSampler } from "../services/audit/sampler.ts";
import { createCollector } from "../services/collector.ts";
import { createCommitter } from "../services/commit/committer.ts";
import { createOpener } from "../services/commit/opener.ts";
import { createStableSeed } from "../services/commit/stable-seed.ts";
import { createAnswerer } from "../services/dispute/answerer.ts";
import { createDisputer } from "../services/dispute/disputer.ts";
import { createEvidenceDesk } from "../services/dispute/evidence-desk.ts";
import type { Loop } from "../util/loop.ts";
import type { NodeParts } from "./parts.ts";

/** How many looks at the chain lie between two collections of what others left. */
const COLLECT_EVERY = 20;

/** The services of exact jobs: commitments, audits, disputes. */
export interface AssuranceServices {
  /** In the order in which they start. */
  readonly loops: readonly Loop[];
  /** To be woken when a result is recorded. */
  readonly committer: Loop;
  /** Keeps what a watchtower answers with for a job that is revealed without a commitment. */
  readonly watch: (job: JobRecord, result: ResultRecord) => Promise<void>;
}

/** Creates the services; none runs yet. */
export function createAssuranceServices(parts: NodeParts, sender: Sender): AssuranceServices {
  const { config, client, journal, store, engine, readExact, operator, provider, secret, log, metrics, onPoint } =
    parts;
  const { pollMs } = config;
  const stopping = new AbortController();
  const material = { store, engine, readExact, signal: stopping.signal };
  const evidence = createEvidenceDesk(material);
  const stableSeed = createStableSeed(client, BigInt(config.confirmations));
  const common = { journal, sender, client, provider, pollMs, log };

  const committing = createCommitter({
    ...common,
    secret,
    outputRoots: (job, digest) => evidence.outputRoots(job, digest),
    watch: (record) => writeWatchRecord(parts.directory, record),
  });
  // It is the first of these to be stopped; what is being computed for any of them ends with it.
  const committer: Loop = {
    ...committing,
    stop() {
      stopping.abort();
      return committing.stop();
    },
  };
  const opener = createOpener({
    ...common,
    stableSeed,
    commitmentOf(result) {
      const { jobId } = result;
      const known = journal.commitments.get(jobId);
      if (known !== undefined) return known;
      const salt = saltOf(secret, "commit", client.domain, jobId);
      return { jobId, salt, commitment: resultCommitment({ ...result, provider, salt }) };
    },
    outputRoots: (job, digest) => evidence.outputRoots(job, digest),
  });
  const answerer = createAnswerer({ ...common, evidence, onAnswer: (what) => metrics.answers.inc({ what }) });
  const disputer = createDisputer({
    ...common,
    operator: operator.address,
    evidence,
    onMove: (what) => metrics.disputes.inc({ what }),
  });
  const collector = createCollector({ ...common, intervalMs: COLLECT_EVERY * pollMs });
  const attester = createAttester({
    ...common,
    onDifference() {
      metrics.differences.inc();
      disputer.wake();
    },
  });
  const sampler = createSampler({
    ...common,
    store,
    secret,
    parts: { store, engine, readExact },
    limits: config,
    fromProvider: createAuditContent({
      store,
      fetch: parts.guardedFetch,
      domain: client.domain,
      operator,
      auditor: provider,
      allowLoopback: config.allowLoopbackSources,
      maxBytes: config.maxCarBytes,
      timeoutMs: config.fetchTimeoutSeconds * 1000,
    }),
    fromSources: parts.fetch,
    onPoint,
    onDone: () => attester.wake(),
  });
  const drawer = createDrawer({ ...common, stableSeed, onPoint, onDrawn: () => sampler.wake() });
  const auditors = config.audit ? [sampler, drawer] : [];
  return {
    // What was attested or challenged is seen through even by a node that audits no more.
    loops: [collector, disputer, attester, ...auditors, answerer, opener, committer],
    committer,
    async watch(job, { jobId, resultRoot, outputDigest }) {
      const outputRoots = await evidence.outputRoots(job, outputDigest);
      const { module } = job.assignedJob;
      writeWatchRecord(parts.directory, { jobId, provider, module, resultRoot, outputDigest, outputRoots });
    },
  };
}
