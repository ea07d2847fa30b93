import {
  type BatchFile,
  type CommittedModel,
  type ContentStore,
  digestToCid,
  type ExactReader,
  GliaError,
  type JobSpec,
  openBatchFile,
  openModel,
  type Side,
} from "@glia/sdk";
import { type ExactModel, toPhysical } from "@glia/sdk/exact";
import type { Hex } from "viem";

import type { Inference } from "../../inference.ts";
import { outputRootsOf, runItems } from "../run-items.ts";

/** Items that are computed in one run where all roots of a batch are wanted. */
const AT_ONCE = 256;

export interface MaterialParts {
  readonly store: ContentStore;
  readonly engine: Inference;
  readonly readExact: ExactReader;
  readonly signal: AbortSignal;
}

/** A job's model and inputs, opened to compute with; every byte was checked against the spec's commitments before. */
export interface JobEvidence {
  readonly model: ExactModel;
  readonly inputs: BatchFile;
  /** Item roots of all inputs. */
  inputRoots(): Promise<readonly Hex[]>;
  /** Item roots of outputs as this node computes them: of some items, or of all. */
  outputRoots(items?: readonly number[]): Promise<readonly Hex[]>;
  /** Item roots of an output batch file in the store. */
  deliveredRoots(outputDigest: Hex): Promise<readonly Hex[]>;
  /** All tensors of one item by number, inputs first, physical; computed anew in the sandbox. */
  trace(item: number): Promise<readonly Uint8Array[]>;
}

/**
 * Opens what a dispute or an audit of an exact job is made from.
 * @throws GliaError `CONTENT_MISSING` where the store lacks a file, `MODEL_MISMATCH`, and `MODEL_NOT_EXACT` for a job that nobody can dispute.
 */
export async function openEvidence(spec: JobSpec, parts: MaterialParts): Promise<JobEvidence> {
  const { store, engine, readExact, signal } = parts;
  const file = await store.open(digestToCid(spec.modelDigest));
  const bytes = await file.read(0, file.size);
  engine.inspect(bytes);
  const committed = await openModel(bytes, spec.modelId, readExact);
  const exact = committed.exact?.model;
  if (exact === undefined) {
    throw new GliaError("MODEL_NOT_EXACT", `The model ${spec.modelId} is not exact: nothing of it can be disputed`, {
      kind: "refused",
    });
  }
  const inputs = await openBatchFile(await store.open(digestToCid(spec.inputDigest)));
  return {
    model: exact,
    inputs,
    inputRoots: () => rootsOf(inputs, committed, "inputs"),
    async outputRoots(items) {
      const loaded = await engine.load(bytes, { exact, signal });
      const wanted = items ?? Array.from({ length: spec.items }, (_, index) => index);
      const roots: Hex[] = [];
      for (let at = 0; at < wanted.length; at += AT_ONCE)
        roots.push(...(await outputRootsOf(loaded, committed, inputs, wanted.slice(at, at + AT_ONCE), signal)));
      return roots;
    },
    async deliveredRoots(outputDigest) {
      return rootsOf(await openBatchFile(await store.open(digestToCid(outputDigest))), committed, "outputs");
    },
    async trace(item) {
      const loaded = await engine.load(bytes, { exact, signal, trace: true });
      const given = await inputs.item(item);
      const tensors = exact.inputs.map(({ name, dims }) =>
        toPhysical(dims, given.get(name)?.bytes ?? new Uint8Array()),
      );
      for await (const outputs of runItems(loaded, inputs, [item], signal))
        tensors.push(...[...outputs.values()].map((tensor) => tensor.bytes));
      return tensors;
    },
  };
}

async function rootsOf(batch: BatchFile, model: CommittedModel, side: Side): Promise<Hex[]> {
  const roots: Hex[] = [];
  for await (const item of batch.items()) roots.push(await model.itemRoot(item, side));
  return roots;
}
