import { makeGraph, makeModel, makeNode, makeTensor, encodeModel } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { createTensor, fromElements } from "../../tensors/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { product } from "../client/operator.ts";
import { freshName, namesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import type { Moments } from "./moments.ts";
import { floatsOf, floatTensor } from "./numbers.ts";
import { clampOf, roleOf } from "./operators.ts";
import type { Regions } from "./regions.ts";
import type { Quantisation } from "./scales.ts";
import type { ScaledGraph } from "./slices.ts";
import { quantiseWeights } from "./weights.ts";

/** A quantised file and what is worth saying about it. */
export interface Emitted {
  readonly file: Uint8Array;
  /** Float tensor → name of its u8 tensor. */
  readonly bytesOf: ReadonlyMap<string, string>;
  /** Nodes with channels whose weights had to be coarser. */
  readonly widened: readonly { readonly node: string; readonly channels: readonly number[] }[];
}

/**
 * Writes the graph in QDQ form: each quantised tensor t is QuantizeLinear'd to u8 and DequantizeLinear'd again, weights are i8 and the bias int32
 * behind DequantizeLinear. Relu and Clip that the u8 range does by itself are left out.
 */
export function emit({ graph, regions, scales }: ScaledGraph, moments: ReadonlyMap<string, Moments>): Emitted {
  const writer = new Writer(graph, regions, scales, moments);
  for (const { name } of graph.inputs) writer.quantise(name);
  for (const node of graph.nodes) writer.node(node);
  return writer.finish();
}

/** A Clip whose upper bound is so few steps below the largest byte is left to saturation: the range was meant to end there. */
const CLAMP_TOLERANCE = 2;

class Writer {
  readonly #graph: FloatGraph;
  readonly #regions: Regions;
  readonly #scales: ReadonlyMap<string, Quantisation>;
  readonly #moments: ReadonlyMap<string, Moments>;
  readonly #taken: Set<string>;
  readonly #constants = new Map<string, Tensor>();
  readonly #nodes: NodeProto[] = [];
  readonly #bytes = new Map<string, string>();
  readonly #widened: { node: string; channels: readonly number[] }[] = [];
  /** Names of float tensors before they are quantised, and after. */
  readonly #raw = new Map<string, string>();
  readonly #restored = new Map<string, string>();

  constructor(
    graph: FloatGraph,
    regions: Regions,
    scales: ReadonlyMap<string, Quantisation>,
    moments: ReadonlyMap<string, Moments>,
  ) {
    this.#moments = moments;
    this.#graph = graph;
    this.#regions = regions;
    this.#scales = scales;
    this.#taken = namesOf(graph);
    const computed = new Set(
      graph.nodes.filter((node) => regions.zones.get(node) === "exact").flatMap(({ output }) => output),
    );
    for (const name of scales.keys()) {
      // What the exact part computes gets its own name back after DequantizeLinear, since others (and the graph's outputs) know it by that.
      this.#raw.set(name, computed.has(name) ? freshName(this.#taken, `${name}_raw`) : name);
      this.#restored.set(name, computed.has(name) ? name : freshName(this.#taken, `${name}_restored`));
    }
  }

  finish(): Emitted {
    const { inputs, outputs, opset, domains } = this.#graph;
    const read = new Set([...this.#nodes.flatMap(({ input }) => input), ...outputs.map(({ name }) => name)]);
    const initializers = [...this.#graph.constants, ...this.#constants].flatMap(([name, { dtype, shape, bytes }]) =>
      read.has(name) ? [makeTensor(name, dtype, shape, bytes)] : [],
    );
    const file = encodeModel(makeModel(makeGraph(this.#nodes, inputs, outputs, initializers), { opset, domains }));
    return { file, bytesOf: this.#bytes, widened: this.#widened };
  }

  /** Writes QuantizeLinear and DequantizeLinear for a tensor, if it has a scale. */
  quantise(name: string): void {
    const quantisation = this.#scales.get(name);
    if (quantisation === undefined) return;
    const bytes = freshName(this.#taken, `${name}_u8`);
    this.#bytes.set(name, bytes);
    const scale = this.#constant(`${name}_scale`, floatTensor([], [quantisation.scale]));
    const zero = this.#constant(`${name}_zero`, createTensor("uint8", [], Uint8Array.of(quantisation.zero)));
    const push = (operator: string, from: string, to: string) =>
      this.#nodes.push(
        makeNode(operator, [from, scale, zero], [to], {}, { name: freshName(this.#taken, `${to}_${operator}`) }),
      );
    push("QuantizeLinear", this.#raw.get(name) ?? name, bytes);
    push("DequantizeLinear", bytes, this.#restored.get(name) ?? name);
  }

  node(node: NodeProto): void {
    const { zones } = this.#regions;
    const zone = zones.get(node);
    if (zone !== "exact") {
      // The head computes with what it has, everybody else with what the exact part gives.
      const names = (name: string) => (zone === "head" ? name : (this.#restored.get(name) ?? name));
      this.#nodes.push({ ...node, input: node.input.map(names) });
    } else this.#exact(node);
    for (const name of node.output) this.quantise(name);
  }

  #exact(node: NodeProto): void {
    const output = node.output.map((name) => this.#raw.get(name) ?? name);
    if (this.#isImplied(node)) {
      // The clamp's result is what the node before it computes.
      const [before = ""] = node.input;
      const index = this.#nodes.findLastIndex(({ output: [name] }) => name === before);
      const producer = this.#nodes[index];
      if (producer !== undefined) {
        this.#nodes[index] = { ...producer, output };
        return;
      }
    }
    const root = this.#regions.roots.get(node.output[0] ?? "");
    const input = node.input.map((name) =>
      root === undefined || name === root ? (this.#restored.get(name) ?? name) : (this.#raw.get(name) ?? name),
    );
    if (roleOf(node, this.#graph.constants) === "contraction") this.#contraction({ ...node, input, output }, node);
    else if (this.#regions.fused.has(node) && node.opType === "Add")
      this.#nodes.push({ ...node, input: this.#biased(node, input), output });
    else this.#nodes.push({ ...node, input, output });
  }

  /** Whether saturation does what a fused Relu or Clip would. */
  #isImplied(node: NodeProto): boolean {
    const { constants } = this.#graph;
    const quantisation = this.#scales.get(node.output[0] ?? "");
    if (!this.#regions.fused.has(node) || !clampOf(node, constants) || quantisation === undefined) return false;
    const bound = (index: number, otherwise: number) => {
      const tensor = constants.get(node.input[index] ?? "");
      return tensor === undefined ? otherwise : (floatsOf(tensor)[0] ?? otherwise);
    };
    const [low, high] = node.opType === "Relu" ? [0, Infinity] : [bound(1, -Infinity), bound(2, Infinity)];
    const byte = (value: number) => Math.round(value / quantisation.scale) + quantisation.zero;
    return byte(low) <= 0 && byte(high) >= 255 - CLAMP_TOLERANCE;
  }

  /** The tensor whose scale a contraction's result gets: its own or that of the fused nodes behind it. */
  #target(name: string): Quantisation | undefined {
    const own = this.#scales.get(name);
    if (own !== undefined) return own;
    const next = this.#graph.nodes.find((node) => this.#regions.fused.has(node) && node.input[0] === name);
    return next === undefined ? undefined : this.#target(next.output[0] ?? "");
  }

  #contraction(node: NodeProto, original: NodeProto): void {
    const { constants } = this.#graph;
    const [x = "", w = "", b = ""] = original.input;
    const tensor = constants.get(w);
    const [from, to] = [this.#scales.get(x), this.#target(original.output[0] ?? "")];
    if (tensor === undefined || from === undefined || to === undefined)
      throw new TypeError(`The node "${node.name}" has no scales.`);
    const isConv = node.opType === "Conv";
    const channels = (isConv ? tensor.shape[0] : tensor.shape[1]) ?? 0;
    const each = product(tensor.shape.slice(1));
    const term = constants.get(b) ?? this.#biasBehind(original, channels);
    const integers = quantiseWeights(
      {
        weights: floatsOf(tensor),
        bias: floatsOf(term),
        input: this.#inputMoments(original, tensor.shape),
        channelOf: isConv ? (index) => Math.floor(index / each) : (index) => index % channels,
      },
      from,
      to,
    );
    if (integers.widened.length > 0) this.#widened.push({ node: node.name, channels: integers.widened });
    const bytes = new Uint8Array(integers.weights.buffer);
    const axis = isConv ? 0n : 1n;
    const weights = this.#dequantised(`${w}_i8`, createTensor("int8", tensor.shape, bytes), integers.scales, axis);
    const bias = this.#dequantised(
      `${node.name}_bias_i32`,
      fromElements("int32", [channels], integers.bias),
      integers.biasScales,
      0n,
    );
    if (b === "") this.#biases.set(original.output[0] ?? "", bias);
    this.#nodes.push({
      ...node,
      input: b === "" ? [node.input[0] ?? "", weights] : [node.input[0] ?? "", weights, bias],
    });
  }

  /** Mean and mean square of what each weight is multiplied with: by input channel, borders of padding left out of account. */
  #inputMoments(node: NodeProto, shape: readonly number[]) {
    const moments = this.#moments.get(node.input[0] ?? "");
    const [means, squares] = [moments?.means, moments?.squares];
    const [outputs = 1, own = 1] = shape;
    const area = product(shape.slice(2));
    const perGroup = outputs / new Attributes(node).int("group", 1);
    const channelOf =
      node.opType === "Conv"
        ? (i: number) => (Math.floor(i / area) % own) + Math.floor(Math.floor(i / (area * own)) / perGroup) * own
        : (i: number) => Math.floor(i / own);
    return { mean: (i: number) => means?.[channelOf(i)] ?? 0, square: (i: number) => squares?.[channelOf(i)] ?? 1 };
  }

  readonly #biases = new Map<string, string>();

  /** The term that a fused Add behind a MatMul brings. */
  #biasBehind(node: NodeProto, channels: number): Tensor {
    const next = this.#graph.nodes.find((other) => this.#regions.fused.has(other) && other.input[0] === node.output[0]);
    const term = next?.opType === "Add" ? this.#graph.constants.get(next.input[1] ?? "") : undefined;
    return term ?? floatTensor([channels], new Float32Array(channels));
  }

  #biased(node: NodeProto, input: readonly string[]): string[] {
    return [input[0] ?? "", this.#biases.get(node.input[0] ?? "") ?? input[1] ?? ""];
  }

  /** Adds an integer constant with its scales, and gives the name of what it stands for. */
  #dequantised(label: string, integers: Tensor, scales: Float32Array, axis: bigint): string {
    const inputs = [
      this.#constant(label, integers),
      this.#constant(`${label}_scale`, floatTensor([scales.length], scales)),
    ];
    if (integers.dtype === "int8")
      inputs.push(
        this.#constant(`${label}_zero`, createTensor("int8", [scales.length], new Uint8Array(scales.length))),
      );
    const output = freshName(this.#taken, `${label}_restored`);
    this.#nodes.push(
      makeNode("DequantizeLinear", inputs, [output], { axis }, { name: freshName(this.#taken, `${output}_node`) }),
    );
    return output;
  }

  #constant(label: string, tensor: Tensor): string {
    const name = freshName(this.#taken, label);
    this.#constants.set(name, tensor);
    return name;
  }
}
