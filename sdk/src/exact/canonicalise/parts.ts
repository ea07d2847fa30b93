import type { NodeProto, TensorInfo } from "../../onnx/index.ts";
import type { DType, Tensor } from "../../tensors/index.ts";
import { refuseModel } from "../errors.ts";
import { sizeOf } from "../model.ts";
import type { Port } from "../model.ts";
import type { Outlet } from "./builder.ts";
import type { GraphIndex } from "./graph.ts";
import type { Walked } from "./walk.ts";

/** A float part of the file, which the client computes. */
export interface FloatPart {
  /** In topological order; QuantizeLinear ends the head, DequantizeLinear begins the tail. */
  readonly nodes: readonly NodeProto[];
  /** Initialisers and computed constants that the nodes read, and constant outputs of the file. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /**
   * Head: the file's inputs. Tail: the exact outputs by `Port.name`, with the type that the file's nodes see:
   * uint8 is the port's byte, int8 the byte − 128, int32 and int64 the byte as a number.
   */
  readonly inputs: readonly TensorInfo[];
  /** Head: the exact inputs, with the types as above. Tail: the file's outputs. */
  readonly outputs: readonly TensorInfo[];
}

/** The tail, and where it reads the exact part. */
export interface Tail extends Omit<FloatPart, "inputs" | "outputs"> {
  readonly outlets: readonly Outlet[];
  readonly inputs: readonly TensorInfo[];
}

/**
 * Collects what lies between exact tensors and the file's outputs.
 * @throws GliaError `EXACT_NOT_QUANTISED` if nothing exact is reached, `EXACT_TAIL_READS_INPUT` if an output depends on an input past the exact part
 */
export function findTail(index: GraphIndex, { values, builder }: Walked): Tail {
  const found = collect(
    index,
    index.graph.output.map(({ name }) => name),
    (name) => {
      const value = values.get(name);
      if (value?.kind === "constant") return value.tensor;
      return value?.kind === "exact" ? "stop" : "go";
    },
  );
  const outlets: Outlet[] = [];
  const inputs: TensorInfo[] = [];
  for (const name of found.stops) {
    const value = values.get(name);
    if (value?.kind !== "exact") continue;
    inputs.push({ name, dtype: value.type, shape: value.dims });
    outlets.push({ name, dims: value.dims, tensor: asOutput(builder, value.tensor) });
  }
  const [direct] = found.inputs;
  if (outlets.length === 0)
    throw refuseModel(
      "EXACT_NOT_QUANTISED",
      "No output of the model depends on a quantised value; an exact model needs QuantizeLinear and integer operators.",
      "Quantise the model with `glia exact quantize`.",
    );
  if (direct !== undefined)
    throw refuseModel(
      "EXACT_TAIL_READS_INPUT",
      `An output of the model depends on the input "${direct}" past the quantised part; every way from an input to an output must lead through it.`,
      "Quantise that way too, or drop the output.",
      { input: direct },
    );
  return { nodes: found.nodes, constants: found.constants, inputs, outlets };
}

/** Collects what lies between the file's inputs and the exact part's. */
export function findHead(index: GraphIndex, { values }: Walked, ports: readonly Port[]): Omit<FloatPart, "inputs"> {
  const { nodes, constants } = collect(
    index,
    ports.map(({ name }) => name),
    (name) => {
      const value = values.get(name);
      return value?.kind === "constant" ? value.tensor : "go";
    },
  );
  const outputs = ports.map(({ name, dims }): TensorInfo => {
    const value = values.get(name);
    const dtype: DType = value?.kind === "exact" ? value.type : "uint8";
    return { name, dtype, shape: dims };
  });
  return { nodes, constants, outputs };
}

interface Collected {
  readonly nodes: NodeProto[];
  readonly constants: Map<string, Tensor>;
  /** Names at which the search stopped, in the order of finding. */
  readonly stops: string[];
  /** Names that no node makes. */
  readonly inputs: string[];
}

function collect(
  index: GraphIndex,
  names: readonly string[],
  decide: (name: string) => Tensor | "stop" | "go",
): Collected {
  const constants = new Map<string, Tensor>();
  const stops: string[] = [];
  const inputs: string[] = [];
  const chosen = new Set<number>();
  const seen = new Set<string>();
  // A stack instead of recursion: chains may be as long as the file likes. Reversed, so that the first is looked at first.
  const stack = [...names].reverse();
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (name === "" || seen.has(name)) continue;
    seen.add(name);
    const decision = decide(name);
    const producer = index.producers.get(name);
    if (decision === "stop") stops.push(name);
    else if (decision !== "go") constants.set(name, decision);
    else if (producer === undefined) inputs.push(name);
    else {
      chosen.add(producer);
      stack.push(...[...(index.graph.node[producer]?.input ?? [])].reverse());
    }
  }
  const nodes = index.graph.node.filter((_, number) => chosen.has(number));
  return { nodes, constants, stops, inputs };
}

/** An output is always the output of a node: an input that is one at once gets a node that copies it. */
function asOutput(builder: Walked["builder"], tensor: number): number {
  if (!builder.isInput(tensor)) return tensor;
  const shape = builder.shape(tensor);
  const digits = [{ radix: sizeOf(shape), stride: 1 }];
  return builder.add(
    { kind: "Move", mode: "view", inputs: [tensor], shape, base: 0, digits },
    builder.quantisation(tensor),
    [],
  );
}
