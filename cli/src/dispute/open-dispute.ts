import {
  digestToCid,
  explainRevert,
  GliaError,
  openMaterial,
  verifyResult,
  type JobMaterial,
  type JobView,
  type RandomAccess,
} from "@glia/sdk";

import type { Context } from "../context/context.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** Milliseconds that outputs may take at most: the deadline of a move may come sooner than that of the job. */
const PATIENCE = 600_000;

/** What a dispute of one job is played from. */
export interface Evidence {
  readonly material: JobMaterial;
  readonly model: RandomAccess;
  readonly inputs: RandomAccess;
  /** The delivered outputs, if they could be had and hash to what is on chain. */
  readonly outputs?: RandomAccess;
}

/**
 * Opens model, inputs and, where they can be had, the delivered outputs of a revealed job.
 * @throws GliaError `CONTENT_MISSING` without model or inputs, `MODEL_NOT_EXACT`.
 */
export async function openEvidence(context: Context, view: JobView, signal: AbortSignal): Promise<Evidence> {
  const { content } = context;
  const { spec, outputDigest } = view;
  const [model, inputs] = await Promise.all([
    owned(context, spec.modelDigest, "model"),
    owned(context, spec.inputDigest, "inputs"),
  ]);
  const outputs = await deliveredOutputs(context, view, { model, inputs }, signal);
  const delivered = outputs === undefined || outputDigest === undefined ? {} : { outputDigest };
  const material = await openMaterial(content, spec, delivered);
  return { material, model, inputs, ...(outputs === undefined ? {} : { outputs }) };
}

async function owned({ content }: Context, digest: `0x${string}`, what: string): Promise<RandomAccess> {
  const cid = digestToCid(digest);
  if (await content.has(cid)) return await content.open(cid);
  throw new GliaError("CONTENT_MISSING", `The job's ${what} (${cid.toString()}) is not on this machine.`, {
    kind: "input",
    hint: "Only who has model and inputs can dispute; run this where the job was bought, or give --model and --inputs.",
  });
}

/** What cannot be fetched, or is something else than what was committed to, was not delivered: then the chain is asked for it. */
async function deliveredOutputs(
  context: Context,
  view: JobView,
  files: Pick<Evidence, "model" | "inputs">,
  signal: AbortSignal,
): Promise<RandomAccess | undefined> {
  try {
    const outputs = await fetchInTime(context, view, { signal, mostMs: PATIENCE });
    await verifyResult(view, context.client.domain, { ...files, outputs });
    return outputs;
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = explainRevert(error);
    if (code === "NOT_REVEALED") throw error;
    context.output.note(`  outputs  not to be had, so they are asked for on chain: ${message}`);
    return undefined;
  }
}
