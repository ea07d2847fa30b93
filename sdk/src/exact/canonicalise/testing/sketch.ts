import assert from "node:assert/strict";
import { makeFloats, makeGraph, makeInts, makeModel, makeNode, makeTensor, makeValue } from "../../../onnx/index.ts";
import type { AttributeValue, ModelProto, NodeProto, TensorProto } from "../../../onnx/index.ts";
import type { DType } from "../../../tensors/dtype.ts";
import type { Random } from "../../random.ts";

type Sizes = readonly (number | string | null)[];

/** Builds small ONNX models for tests: names are made up as they are needed. */
export class Sketch {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly inputs: ReturnType<typeof makeValue>[] = [];
  readonly outputs: ReturnType<typeof makeValue>[] = [];
  #names = 0;

  name(stem = "t"): string {
    return `${stem}${this.#names++}`;
  }

  input(name: string, dims: Sizes, dtype: DType = "float32"): string {
    this.inputs.push(makeValue(name, dtype, dims));
    return name;
  }

  output(name: string, dims: Sizes, dtype: DType = "float32"): this {
    this.outputs.push(makeValue(name, dtype, dims));
    return this;
  }

  floats(values: readonly number[], dims: readonly number[] = values.length === 1 ? [] : [values.length]): string {
    const name = this.name("c");
    this.initializers.push(makeFloats(name, dims, values));
    return name;
  }

  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const name = this.name("c");
    this.initializers.push(makeInts(name, dims, values));
    return name;
  }

  bytes(
    dtype: "uint8" | "int8" | "int32",
    values: readonly number[],
    dims: readonly number[] = values.length === 1 ? [] : [values.length],
  ): string {
    const name = this.name("c");
    const raw =
      dtype === "int32"
        ? new Uint8Array(Int32Array.from(values).buffer)
        : Uint8Array.from(values, (value) => value & 255);
    this.initializers.push(makeTensor(name, dtype, dims, raw));
    return name;
  }

  /** Adds a node and gives the name of its output. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    options: { readonly domain?: string; readonly name?: string; readonly output?: string } = {},
  ): string {
    const output = options.output ?? this.name();
    const { domain = "", name = "" } = options;
    this.nodes.push(makeNode(type, inputs, [output], attributes, { domain, name }));
    return output;
  }

  /** Adds a Split. */
  split(
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
  ): void {
    this.nodes.push(makeNode("Split", inputs, outputs, attributes));
  }

  quantise(input: string, scale: number, zero: number, type: "uint8" | "int8" = "uint8", output?: string): string {
    const named = output === undefined ? {} : { output };
    return this.node("QuantizeLinear", [input, this.floats([scale]), this.bytes(type, [zero])], {}, named);
  }

  dequantise(input: string, scale: number, zero: number, type: "uint8" | "int8" = "uint8"): string {
    return this.node("DequantizeLinear", [input, this.floats([scale]), this.bytes(type, [zero])]);
  }

  /** QuantizeLinear and DequantizeLinear. */
  pair(input: string, scale: number, zero: number, type: "uint8" | "int8" = "uint8"): string {
    return this.dequantise(this.quantise(input, scale, zero, type), scale, zero, type);
  }

  /** Seeded i8 weights of 7 bits behind a DequantizeLinear, one scale for all or one per position of `axis`. */
  weights(random: Random, dims: readonly number[], scales: readonly number[], axis = 0): string {
    const size = dims.reduce((product, length) => product * length, 1);
    const values = this.bytes(
      "int8",
      Array.from({ length: size }, () => random.below(127) - 63),
      dims,
    );
    const zeros = this.bytes(
      "int8",
      scales.map(() => 0),
    );
    return this.node("DequantizeLinear", [values, this.floats(scales), zeros], { axis: BigInt(axis) });
  }

  model(opset = 17): ModelProto {
    const graph = makeGraph(this.nodes, this.inputs, this.outputs, this.initializers);
    return makeModel(graph, { opset, domains: { "com.microsoft": 1 } });
  }
}

/** Asserts that something throws a GliaError with this code whose message matches. */
export function refuses(run: () => unknown, code: string, message?: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof Error && "code" in error, String(error));
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}
