import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeInts,
  makeModel,
  makeNode,
  makeTensor,
  makeValue,
} from "../../onnx/index.ts";
import type { AttributeValue, NodeProto, TensorProto } from "../../onnx/index.ts";
import type { Shape } from "../model.ts";

/** Name of a tensor of the exact model in a canonical graph. */
export const tensorName = (tensor: number): string => `t${tensor}`;

/** Dimensions of a tensor in a canonical graph: the physical ones, always four, so that no layout ever changes. */
export const dimsOf = ({ n, h, w, c }: Shape): readonly number[] => [n, h, w, c];

/** Operators' second home: those of ONNX Runtime that take images with their channels last. */
export const MICROSOFT = "com.microsoft";

/** A canonical graph in the making. Constants are shared: equal scalars are written once. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #scalars = new Map<string, string>();
  #names = 0;

  /** A name that nothing else has. */
  fresh(): string {
    return `v${this.#names++}`;
  }

  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = "",
  ): void {
    this.#nodes.push(makeNode(operator, inputs, [output], attributes, { domain }));
  }

  /** Adds a node whose output has a name of its own, which is returned. */
  step(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = this.fresh();
    this.node(operator, inputs, output, attributes);
    return output;
  }

  /** A byte as a constant of rank 0. */
  byte(value: number): string {
    return this.#shared(`u8 ${value}`, (name) => makeTensor(name, "uint8", [], Uint8Array.of(value)));
  }

  /** A float32 as a constant of rank 0. */
  float(value: number): string {
    return this.#shared(`f32 ${value}`, (name) => makeFloats(name, [], [value]));
  }

  /** Whole numbers as an int64 vector: a shape, axes, indices. */
  ints(values: readonly number[]): string {
    return this.#add((name) => makeInts(name, [values.length], values));
  }

  floats(values: Float32Array): string {
    return this.#add((name) => makeFloats(name, [values.length], values));
  }

  int32s(values: Int32Array): string {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, index) => {
      view.setInt32(index * 4, value, true);
    });
    return this.#add((name) => makeTensor(name, "int32", [values.length], new Uint8Array(view.buffer)));
  }

  bytes(dims: readonly number[], values: Uint8Array, type: "uint8" | "int8" = "uint8"): string {
    return this.#add((name) => makeTensor(name, type, dims, values));
  }

  /** The ONNX file: u8 tensors of the exact model go in and come out. */
  file(inputs: readonly Interface[], outputs: readonly Interface[]): Uint8Array {
    const values = (list: readonly Interface[]) =>
      list.map(({ tensor, shape }) => makeValue(tensorName(tensor), "uint8", dimsOf(shape)));
    const graph = makeGraph(this.#nodes, values(inputs), values(outputs), this.#constants);
    return encodeModel(makeModel(graph, { domains: { [MICROSOFT]: 1 } }));
  }

  #add(make: (name: string) => TensorProto): string {
    const name = this.fresh();
    this.#constants.push(make(name));
    return name;
  }

  #shared(key: string, make: (name: string) => TensorProto): string {
    const known = this.#scalars.get(key) ?? this.#add(make);
    this.#scalars.set(key, known);
    return known;
  }
}

/** A tensor that enters or leaves a graph. */
interface Interface {
  readonly tensor: number;
  readonly shape: Shape;
}
