import type { Hex } from "viem";
import { commitModel } from "../exact/commit/index.ts";
import { provableModel, traceOf } from "../exact/dispute/index.ts";
import type { FullTrace, ProvableModel } from "../exact/dispute/index.ts";
import type { ExactModel } from "../exact/model.ts";

/** What a party to a dispute of one job makes its moves from. Nothing of it is asked for before it is needed. */
export interface JobMaterial {
  readonly model: ExactModel;
  /** Item roots of the whole input batch. */
  inputRoots(): Promise<readonly Hex[]>;
  /** Item roots of the whole result: a responder's as it committed to them, a challenger's as it computes them. */
  outputRoots(): Promise<readonly Hex[]>;
  /** All tensors of one item by number, inputs first, physical; computed anew, or kept. */
  trace(item: number): Promise<readonly Uint8Array[]>;
  /**
   * Physical output tensors of an item in the ports' order, from delivered outputs whose root is the revealed one. They show whether there is
   * anything to challenge, and spare questions; undefined where they were not delivered.
   */
  delivered?(item: number): Promise<readonly Uint8Array[] | undefined>;
}

/** What was computed from a job's material. The material is the key, so all of it goes when that does. */
interface Computed {
  provable?: Promise<ProvableModel>;
  /** The latest trace: a dispute is about one item for many moves, and a trace with its hashes is large. */
  trace?: { readonly item: number; readonly found: Promise<FullTrace> };
}

const computed = new WeakMap<JobMaterial, Computed>();

/** The model with what proofs about it open; hashed once per material. */
export function provableOf(material: JobMaterial): Promise<ProvableModel> {
  const known = knownOf(material);
  known.provable ??= commitModel(material.model).then((commitment) => provableModel(material.model, commitment));
  return known.provable;
}

/** The trace of an item, ready for proofs; that of the latest item is kept. */
export function fullTrace(material: JobMaterial, item: number): Promise<FullTrace> {
  const known = knownOf(material);
  if (known.trace?.item === item) return known.trace.found;
  const found = Promise.all([provableOf(material), material.trace(item)]).then(([provable, tensors]) =>
    traceOf(provable, tensors),
  );
  known.trace = { item, found };
  // What failed once may work the next time.
  found.catch(() => {
    if (known.trace?.found === found) delete known.trace;
  });
  return found;
}

function knownOf(material: JobMaterial): Computed {
  const known = computed.get(material) ?? {};
  computed.set(material, known);
  return known;
}
