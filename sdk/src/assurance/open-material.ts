import { GliaError } from "../errors.ts";
import { runLaw } from "../exact/law/index.ts";
import { exactItemRoot } from "../exact/commit/index.ts";
import type { ExactModel } from "../exact/model.ts";
import { toPhysical } from "../exact/order.ts";
import type { JobSpec } from "../chain/types.ts";
import { openModel } from "../market/committed-model.ts";
import type { ExactReader } from "../market/committed-model.ts";
import { digestToCid } from "../storage/cid.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { openBatchFile } from "../tensors/index.ts";
import type { Hex } from "viem";
import type { JobMaterial } from "./material.ts";
import { physicalInputs } from "./rerun.ts";

/** Computes all tensors of one inference by number, inputs first, physical; `createExactRunner(…).trace`, for example. */
export type Tracer = (model: ExactModel, inputs: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;

/** The {@link Tracer} that needs nothing: the law itself. */
const lawTracer: Tracer = (model, inputs) => Promise.resolve(runLaw(model, inputs));

/**
 * A challenger's material from a store that holds the job's model and inputs: traces are computed here, outputs are looked up if they
 * were delivered.
 * @throws GliaError `MODEL_MISMATCH`, `MODEL_NOT_EXACT`, `CONTENT_MISSING`.
 */
export async function openMaterial(
  store: ContentStore,
  spec: Pick<JobSpec, "modelId" | "modelDigest" | "inputDigest" | "items">,
  {
    outputDigest,
    trace = lawTracer,
    readExact,
  }: {
    /** Of delivered outputs whose root was checked; see {@link JobMaterial.delivered}. */
    readonly outputDigest?: Hex;
    readonly trace?: Tracer;
    readonly readExact?: ExactReader;
  } = {},
): Promise<JobMaterial> {
  const file = await store.open(digestToCid(spec.modelDigest));
  const committed = await openModel(await file.read(0, file.size), spec.modelId, readExact);
  const model = committed.exact?.model;
  if (model === undefined) {
    throw new GliaError(
      "MODEL_NOT_EXACT",
      `The job's model ${spec.modelId} is not exact: nothing of it can be proven.`,
      {
        kind: "refused",
        hint: "Rate the provider, and buy an exact model the next time.",
      },
    );
  }
  const inputs = await openBatchFile(await store.open(digestToCid(spec.inputDigest)));
  const traceOf = async (item: number): Promise<readonly Uint8Array[]> =>
    trace(model, physicalInputs(model, await inputs.item(item)));
  return {
    model,
    trace: traceOf,
    inputRoots: async () => {
      const roots: Hex[] = [];
      for await (const item of inputs.items()) roots.push(await committed.itemRoot(item, "inputs"));
      return roots;
    },
    outputRoots: async () => {
      const roots: Hex[] = [];
      for (let item = 0; item < spec.items; item++) {
        const tensors = await traceOf(item);
        const own = model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
        roots.push(await exactItemRoot(model.outputs, own));
      }
      return roots;
    },
    ...(outputDigest === undefined
      ? {}
      : {
          delivered: async (item) => {
            const outputs = await openBatchFile(await store.open(digestToCid(outputDigest)));
            const found = await outputs.item(item);
            return model.outputs.map(({ name, dims }) => toPhysical(dims, found.get(name)?.bytes ?? new Uint8Array()));
          },
        }),
  };
}
