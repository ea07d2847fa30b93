import { existsSync } from "node:fs";
import { join } from "node:path";

import { openingOf, readWatchRecords, type WatchRecord } from "@glia/provider";
import {
  assuranceOf,
  chainTime,
  explainRevert,
  GliaError,
  isFinal,
  jobFromEvents,
  JobStatus,
  jobStatusName,
  openMaterial,
  readProvider,
  resultCommitment,
  runResponder,
  seedOf,
  sendCall,
  settle,
  unpackTerms,
  type ContractCall,
  type JobMaterial,
  type JobView,
  type MarketClient,
  type SendMove,
  type SendOptions,
  sleep,
} from "@glia/sdk";
import { openFsStore } from "@glia/sdk/node";
import type { Address, Hex } from "viem";

import { accountOf } from "../context/context.ts";
import { confirmGas } from "../terminal/confirm-gas.ts";
import { moveEvent, type Tell } from "./watch-event.ts";

/** Standing in for an operator who is down. */
export interface StandIn {
  readonly client: MarketClient;
  /** The node's data directory, or a copy of its folders `watch` and `content`. */
  readonly directory: string;
  /** Seconds before a deadline from which on this acts in the node's place; by default half of the window that the deadline ends. */
  readonly margin: number | undefined;
  /** Whether gas is paid without a question. */
  readonly yes: boolean;
  /** Milliseconds between looks at the chain. */
  readonly interval: number;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** How the job of a record ended, and how many transactions were sent for it from here. */
export interface StandInEnd {
  readonly jobId: Hex;
  readonly status: string;
  readonly sent: number;
}

/**
 * The records of a directory.
 * @throws GliaError `NO_WATCH_RECORDS` where there is no folder of them, `WATCH_RECORD_MALFORMED`.
 */
export function watchRecords(directory: string): readonly WatchRecord[] {
  if (existsSync(join(directory, "watch"))) return readWatchRecords(directory);
  throw new GliaError("NO_WATCH_RECORDS", `There is no folder "watch" in ${directory}.`, {
    kind: "input",
    hint: "Give a node's data directory, or a copy of its folders watch and content. A node makes the first with its first job on an exact model.",
  });
}

/** @throws GliaError `NOT_DELEGATED` unless the wallet's account may answer challenges for the record's provider. */
export async function requireDelegate(client: MarketClient, { provider, module }: WatchRecord): Promise<void> {
  const account = accountOf(client);
  const assurance = await assuranceOf(client, module);
  const operator = (await readProvider(client, provider))?.operator;
  const own = [provider, operator].some((one) => one?.toLowerCase() === account.toLowerCase());
  if (own || (await assurance.delegated(provider, account))) return;
  throw new GliaError("NOT_DELEGATED", `${account} may not answer challenges for ${provider}.`, {
    kind: "refused",
    hint: `Have the owner name it: glia-node delegate ${account}`,
    details: { account, provider },
  });
}

/**
 * Looks after the job of one record until it is over: reveals what the node committed to, answers what is asked, settles. All of it only when
 * the node has not by a margin before the deadline, so that nothing is done twice while it is alive.
 */
export async function standIn(watch: StandIn, record: WatchRecord): Promise<StandInEnd> {
  const { client, interval, tell, signal } = watch;
  const { jobId } = record;
  const sender = createSender(watch, jobId);
  for (let told = -1; ;) {
    signal.throwIfAborted();
    const { status } = await client.statusOf(jobId);
    if (status !== told) tell(jobId, { event: "status", status: jobStatusName(status) });
    told = status;
    if (isFinal(status)) return { jobId, status: jobStatusName(status), sent: sender.sent() };
    if (status === JobStatus.Committed) await open(watch, record, sender);
    if (status === JobStatus.Revealed) await answer(watch, record, sender);
    await sleep(interval, signal);
  }
}

interface Sender {
  readonly send: (call: ContractCall) => Promise<void>;
  readonly options: (call: Pick<ContractCall, "what">) => SendOptions;
  readonly sent: () => number;
}

function createSender({ client, yes, signal }: StandIn, jobId: Hex): Sender {
  let sent = 0;
  const options = ({ what }: Pick<ContractCall, "what">): SendOptions => ({
    signal,
    onPrepared: ({ call, cost }) => confirmGas(call, cost, yes),
    onMined: ({ transactionHash, gasUsed }) => {
      sent += 1;
      process.stderr.write(`  mined    ${transactionHash} (${what} of ${jobId}, ${gasUsed} gas)\n`);
    },
  });
  return {
    send: async (call) => {
      await sendCall(client, call, options(call));
    },
    options,
    sent: () => sent,
  };
}

async function open(watch: StandIn, record: WatchRecord, { send }: Sender): Promise<void> {
  const { client, margin, tell, signal } = watch;
  const { jobId, salt, outputRoots } = record;
  const view = await jobFromEvents(client, jobId, { signal });
  const { job, status } = view;
  if (status !== JobStatus.Committed) return;
  if (salt === undefined || job.moduleData.toLowerCase() !== resultCommitment({ ...record, salt }).toLowerCase())
    throw stale(record);
  const assurance = await assuranceOf(client, job.module);
  const { deadline } = unpackTerms(job.terms);
  const due = deadline - (margin ?? Math.floor(assurance.parameters.revealWindow / 2));
  if ((await chainTime(client.publicClient)) < due) return;
  const roots = () => Promise.resolve(outputRoots);
  const { step, call } = await openingOf(
    client,
    { ...record, job, salt, outputRoots: roots },
    await seedOf(client, assurance, jobId),
  );
  if (call === undefined) return;
  tell(jobId, { event: "move", what: call.what, why: `The node has not by ${time(due)} (${step}).`, until: deadline });
  await send(call);
}

async function answer(watch: StandIn, record: WatchRecord, sender: Sender): Promise<void> {
  const { client, interval, tell } = watch;
  const { jobId } = record;
  const view = await jobFromEvents(client, jobId, { signal: watch.signal });
  if (view.job.resultRoot.toLowerCase() !== record.resultRoot.toLowerCase()) throw stale(record);
  const { parameters } = await assuranceOf(client, view.job.module);
  const margin = watch.margin ?? Math.floor(parameters.moveWindow / 2);
  const over = new AbortController();
  const signal = AbortSignal.any([watch.signal, over.signal]);
  try {
    const material = await materialOf(watch, record, view);
    const isDue = createDue(client, margin);
    const settling = settleInTime(watch, view, margin, sender, signal);
    const responding = runResponder({ client, jobId, material, signal }, (move) => sender.send(move.call), {
      interval,
      isDue,
      onMove: (move) => {
        const event = moveEvent(move);
        if (event !== undefined) tell(jobId, event);
      },
    });
    // The first to fail ends the other; both end with the job.
    await Promise.all([settling, responding]);
  } finally {
    over.abort();
  }
}

/** Whether an answer is to be made from here now: by a margin before its deadline; what has none, a margin after it was seen first. */
function createDue(client: MarketClient, margin: number): (move: SendMove) => Promise<boolean> {
  const seen = new Map<string, number>();
  return async ({ key, until }) => {
    const now = Number(await chainTime(client.publicClient));
    if (until !== undefined) return now >= until - margin;
    const first = seen.get(key) ?? now;
    seen.set(key, first);
    return now >= first + margin;
  };
}

/**
 * What answers are made from. Traces are computed by the law itself: slower than a runtime, but a stranger's model then runs no native code
 * here, where the delegate's key is.
 * @throws GliaError `NO_EVIDENCE` where model or inputs are not at hand.
 */
async function materialOf(
  { directory, signal }: StandIn,
  { outputRoots }: WatchRecord,
  { jobId, spec, job }: JobView,
): Promise<JobMaterial> {
  const folder = join(directory, "content");
  try {
    if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
    const material = await openMaterial(await openFsStore(folder), spec);
    return { ...material, outputRoots: () => Promise.resolve(outputRoots) };
  } catch (cause) {
    signal.throwIfAborted();
    const until = time(unpackTerms(job.terms).deadline);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GliaError("NO_EVIDENCE", `Challenges of job ${jobId} cannot be answered up to ${until}: ${why}.`, {
      kind: "input",
      hint: "Copy the node's folder content beside its folder watch; it is looked for again.",
      retryable: true,
      cause,
    });
  }
}

/** Settles, so that the provider is paid, when a margin after the challenge window nobody has. */
async function settleInTime(
  { client, interval, tell }: StandIn,
  { jobId, job }: JobView,
  margin: number,
  { options }: Sender,
  signal: AbortSignal,
): Promise<void> {
  const due = unpackTerms(job.terms).deadline + margin;
  for (;;) {
    const { status, openChallenges } = await client.statusOf(jobId);
    if (status !== JobStatus.Revealed) return;
    if (openChallenges === 0 && (await chainTime(client.publicClient)) > due) {
      tell(jobId, { event: "move", what: "settle", why: `Nobody has by ${time(due)}.` });
      try {
        await settle(client, jobId, options({ what: "settle" }));
      } catch (error) {
        signal.throwIfAborted();
        const { kind } = explainRevert(error);
        // Somebody else was faster, or challenges were opened at the last moment: the next look tells.
        if (kind !== "refused") throw error;
      }
    }
    await sleep(interval, signal);
  }
}

function stale({ jobId }: WatchRecord): GliaError {
  return new GliaError("WATCH_RECORD_STALE", `The record of job ${jobId} is not what the chain has.`, {
    kind: "verification",
    hint: "Copy the node's watch folder again; if it says the same, the node lost its journal and computed another result.",
  });
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

/** Names a provider's module, to check it once. */
export function delegationKey({ provider, module }: { readonly provider: Address; readonly module: Address }): string {
  return `${provider} ${module}`.toLowerCase();
}
