import { decodeModel } from "../../onnx/index.ts";
import type { ModelProto } from "../../onnx/index.ts";
import type { ExactModel } from "../model.ts";
import type { Origin } from "./builder.ts";
import { declaredDims } from "./declared.ts";
import type { DynamicDims } from "./declared.ts";
import { indexGraph } from "./graph.ts";
import { checkLimits } from "./limits.ts";
import { findHead, findTail } from "./parts.ts";
import type { FloatPart } from "./parts.ts";
import { walk } from "./walk.ts";

export type { FloatPart } from "./parts.ts";

/** An ONNX file, taken apart: what is law, and what the client computes before and behind it. */
export interface CanonicalModel {
  readonly model: ExactModel;
  /** One per node of the model: name and operators of the ONNX nodes that it came from. For people; not committed to. */
  readonly origins: readonly Origin[];
  /** Numbers of the model's tensors by the names that the file has for them; those that it has no name for are missing. */
  readonly tensors: ReadonlyMap<string, number>;
  /** From the file's inputs to the model's inputs. */
  readonly head: FloatPart;
  /** From the model's outputs to the file's outputs. */
  readonly tail: FloatPart;
}

/**
 * Makes the exact model of an ONNX file (operator set 13 and up; QLinear operators or QuantizeLinear and DequantizeLinear).
 * The result depends on nothing but what the file means: not on names of inner tensors, the order of initialisers or that of protobuf's fields.
 * @param options.dims sizes of dynamic dimensions by name; the first of an input is 1 if it is not given
 * @throws GliaError `EXACT_…` with the node, the operator, the reason and what to do, `ONNX_…` for files that are no models, `MODEL_…` and `TENSOR_…` for their
 * signature. Never anything else; time and memory are bounded by the file's size and `LIMITS`.
 */
export function canonicalise(
  file: Uint8Array | ModelProto,
  options: { readonly dims?: DynamicDims } = {},
): CanonicalModel {
  const proto = file instanceof Uint8Array ? decodeModel(file) : file;
  const index = indexGraph(proto);
  const declared = declaredDims(proto, options.dims ?? {});
  const walked = walk(index, declared);
  const { outlets, ...tail } = findTail(index, walked);
  const { model, origins, renumbered } = walked.builder.finish(outlets);
  checkLimits(model);
  const tensors = new Map<string, number>();
  for (const [name, value] of walked.values) {
    const number = value.kind === "exact" ? renumbered.get(value.tensor) : undefined;
    if (number !== undefined) tensors.set(name, number);
  }
  const inputs = declared.inputs.map(({ name, dtype, dims }) => ({ name, dtype, shape: dims }));
  return {
    model,
    origins,
    tensors,
    head: { inputs, ...findHead(index, walked, model.inputs) },
    tail: { ...tail, outputs: declared.outputs },
  };
}
