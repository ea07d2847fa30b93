import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeInts,
  makeModel,
  makeNode,
  makeValue,
} from "../../../sdk/src/onnx/index.ts";
import type { AttributeValue, TensorProto } from "../../../sdk/src/onnx/index.ts";

/** A tensor that a graph takes or gives, of float32. */
export interface Declared {
  readonly name: string;
  /** A string names a dynamic dimension. */
  readonly shape: readonly (number | string)[];
}

/** Collects the nodes and constants of an ONNX graph in the order in which they are computed, and names what needs no name of its own. */
export interface GraphWriter {
  /** Appends a node with one output and returns that output's name. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  /** Adds a float32 constant and returns its name. */
  floats(name: string, dims: readonly number[], values: ArrayLike<number>): string;
  /** Adds a list of int64 and returns its name. */
  ints(name: string, values: readonly number[]): string;
  /** The file; each output is declared under its own name and computed as the tensor `from`. */
  finish(graph: {
    readonly name: string;
    readonly inputs: readonly Declared[];
    readonly outputs: readonly (Declared & { readonly from: string })[];
  }): Uint8Array;
}

/** Starts an empty graph of operator set 17. */
export function createGraph(): GraphWriter {
  const nodes: Parameters<typeof makeNode>[] = [];
  const constants: TensorProto[] = [];
  return {
    node(operator, inputs, attributes = {}) {
      const output = `${operator.toLowerCase()}${nodes.length + 1}`;
      nodes.push([operator, inputs, [output], attributes, { name: output }]);
      return output;
    },
    floats(name, dims, values) {
      constants.push(makeFloats(name, dims, values));
      return name;
    },
    ints(name, values) {
      constants.push(makeInts(name, [values.length], values));
      return name;
    },
    finish({ name, inputs, outputs }) {
      const renamed = new Map(outputs.map((output) => [output.from, output.name]));
      const rename = (names: readonly string[]) => names.map((one) => renamed.get(one) ?? one);
      const written = nodes.map(([operator, from, to, ...rest]) =>
        makeNode(operator, rename(from), rename(to), ...rest),
      );
      const declare = (values: readonly Declared[]) =>
        values.map((value) => makeValue(value.name, "float32", value.shape));
      const graph = makeGraph(written, declare(inputs), declare(outputs), constants, name);
      return encodeModel(makeModel(graph, { opset: 17 }));
    },
  };
}
