import { GliaError } from "../../errors.ts";
import type { DType } from "../../tensors/dtype.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { nameNode, refuseNode } from "../errors.ts";
import { Builder } from "./builder.ts";
import { Call } from "./call.ts";
import { fold } from "./fold.ts";
import { domainOf } from "./graph.ts";
import type { GraphIndex } from "./graph.ts";
import { operatorOf } from "./operators/index.ts";
import { broadcastDims } from "./dims.ts";
import { elementwise } from "./operators/elementwise.ts";
import { isElementwise } from "./table/index.ts";
import { dimsOf } from "./value.ts";
import type { Value } from "./value.ts";

/** Dimensions of the file's inputs, and of other tensors as far as the file declares them. */
export interface Declared {
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly dims: readonly number[] }[];
  readonly dims: ReadonlyMap<string, readonly number[]>;
}

/** What each name of the file stands for, and the nodes that were made on the way. */
export interface Walked {
  readonly values: ReadonlyMap<string, Value>;
  readonly builder: Builder;
}

/**
 * Goes through the nodes on which an output depends, in order. A node without an exact form gives an opaque value that carries the error:
 * the error is thrown if something quantises it, else the node is left to the client.
 * @throws GliaError `EXACT_…` for integer operators outside of the profile, and of QuantizeLinear
 */
export function walk(index: GraphIndex, declared: Declared): Walked {
  const builder = new Builder();
  const values = new Map<string, Value>();
  for (const [name, tensor] of index.initialisers) values.set(name, { kind: "constant", tensor });
  for (const { name, dtype, dims } of declared.inputs) {
    if (dtype === "uint8" || dtype === "int8")
      values.set(name, { kind: "exact", tensor: builder.input(name, dims, undefined), dims, type: dtype });
    else values.set(name, { kind: "head", dims });
  }
  index.graph.node.forEach((node, number) => {
    if (index.needed[number] !== true) return;
    const inputs = node.input.map((name) => (name === "" ? undefined : values.get(name)));
    const call = new Call(node, index.opset, builder, inputs);
    const results = evaluate(call, declared);
    node.output.forEach((name, output) => {
      const value = results[output];
      if (name !== "") values.set(name, value ?? { kind: "opaque", error: extraOutput(node, name), quantised: false });
    });
  });
  return { values, builder };
}

function evaluate(call: Call, declared: Declared): Value[] {
  const { node } = call;
  const late = call.inputs.find((value) => value?.kind === "opaque" && value.quantised);
  if (late?.kind === "opaque" && HEAVY.test(node.opType)) throw late.error;
  try {
    const results = dispatch(call, declared);
    if (results[0]?.kind !== "head") call.attributes.finish();
    return results;
  } catch (caught) {
    if (!(caught instanceof GliaError)) throw caught;
    const error = nameNode(node, caught);
    if (isInteger(node) || isLimit(error)) throw error;
    const value = { kind: "opaque", error, quantised: late !== undefined } as const;
    return node.output.map(() => value);
  }
}

function dispatch(call: Call, declared: Declared): Value[] {
  const { node, inputs } = call;
  const domain = domainOf(node);
  const operator = operatorOf(domain, node.opType);
  const present = inputs.filter((value) => value !== undefined);
  const quantises = node.opType === "QuantizeLinear" || node.opType === "DequantizeLinear";
  if (!quantises && present.every(({ kind }) => kind === "constant")) {
    const folded = fold(call);
    if (folded !== undefined) return folded;
  }
  const isHead =
    present.some(({ kind }) => kind === "head") &&
    present.every(({ kind }) => ["head", "constant", "integers"].includes(kind));
  if (isHead && node.opType !== "QuantizeLinear" && node.opType !== "Shape") return head(call, declared, operator);
  if (operator !== undefined) return operator(call);
  if (isElementwise(domain, node.opType)) return elementwise(call);
  for (const value of present) if (value.kind === "opaque") throw value.error;
  throw call.unsupported(
    "has no exact form",
    "Quantise the model with `glia exact quantize`, or let the node stand behind the last QuantizeLinear, where the client computes it.",
  );
}

/** What belongs into the exact part: behind an operator without an exact form it would all be left to the client. */
const HEAVY = /^(Q|ConvInteger$|ConvTranspose$|Conv$|Gemm$|MatMul)/;

/** Dimensions of what the head computes: as the file declares them, or as its operators imply. */
function head(call: Call, declared: Declared, operator: ReturnType<typeof operatorOf>): Value[] {
  const { node, inputs } = call;
  return node.output.map((name, output) => {
    const known = declared.dims.get(name);
    if (known !== undefined || output > 0) return { kind: "head", dims: known };
    if (operator !== undefined) {
      try {
        const [value] = operator(call);
        if (value?.kind === "head") return value;
      } catch (error) {
        if (!(error instanceof GliaError)) throw error;
      }
    }
    const all = inputs.flatMap((value) => (value === undefined ? [] : [dimsOf(value)]));
    const complete = all.filter((dims) => dims !== undefined);
    const spreads = isElementwise(domainOf(node), node.opType) || node.opType === "Cast";
    return { kind: "head", dims: spreads && complete.length === all.length ? broadcastDims(complete) : undefined };
  });
}

/** Operators whose result is bytes by their very meaning: there is no float form that could be left to the client. */
function isInteger({ opType }: NodeProto): boolean {
  return /^(QuantizeLinear|QLinear.*|QGemm|QAttention|MatMulInteger|ConvInteger|DynamicQuantize.*)$/.test(opType);
}

function isLimit({ code }: GliaError): boolean {
  return code === "EXACT_TOO_LARGE" || code === "EXACT_TENSOR_TOO_LARGE";
}

function extraOutput(node: NodeProto, name: string): GliaError {
  return refuseNode(
    "EXACT_OPERATOR_UNSUPPORTED",
    node,
    `has a further output "${name}", which has no exact form`,
    "Drop the output.",
  );
}
