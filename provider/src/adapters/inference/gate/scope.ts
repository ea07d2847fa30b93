import type { GateAttribute, GateGraph, GateNode, GateTensor, GateValueInfo } from "./messages.ts";

/** The names of one graph, and behind it those of the graphs around it, from which a subgraph may take values. */
export class Scope {
  readonly graph: GateGraph;
  readonly outer: Scope | undefined;
  readonly #constants = new Map<string, GateTensor | bigint>();
  readonly #shapes = new Map<string, GateValueInfo>();
  readonly #initializers = new Map<string, GateTensor>();
  readonly #local = new Set<string>();

  constructor(graph: GateGraph, outer?: Scope) {
    this.graph = graph;
    this.outer = outer;
    const inputs = new Set((graph.inputs ?? []).map((input) => input.name ?? ""));
    for (const info of [...(graph.inputs ?? []), ...(graph.valueInfo ?? [])]) this.#shapes.set(info.name ?? "", info);
    for (const name of inputs) this.#local.add(name);
    for (const tensor of graph.initializers ?? []) {
      const name = tensor.name ?? "";
      this.#local.add(name);
      this.#initializers.set(name, tensor);
      // An initialiser that is an input too is only a default, which whoever runs the model may replace.
      if (!inputs.has(name)) this.#constants.set(name, tensor);
    }
    for (const sparse of graph.sparseInitializers ?? []) this.#local.add(sparse.values?.name ?? "");
    for (const node of graph.nodes ?? []) this.#addNode(node);
  }

  /** Whether a node of this graph may read the name. */
  knows(name: string): boolean {
    return this.#local.has(name) || (this.outer?.knows(name) ?? false);
  }

  /** The value of a tensor of integers that the file fixes; undefined if it is computed or given at run time. */
  constantIntegers(name: string): readonly bigint[] | undefined {
    if (!this.#local.has(name)) return this.outer?.constantIntegers(name);
    const constant = this.#constants.get(name);
    if (constant === undefined) return undefined;
    return typeof constant === "bigint" ? [constant] : integersOf(constant);
  }

  /** The declared dimensions of a tensor; undefined for those that are not fixed, or for all if none are declared. */
  dimensions(name: string): readonly (bigint | undefined)[] | undefined {
    if (!this.#local.has(name)) return this.outer?.dimensions(name);
    const initializer = this.#initializers.get(name);
    if (initializer !== undefined) return initializer.dims ?? [];
    return this.#shapes.get(name)?.type?.tensor?.shape?.dims?.map((dimension) => dimension.value);
  }

  #addNode(node: GateNode): void {
    for (const output of node.outputs ?? []) if (output !== "") this.#local.add(output);
    const output = node.outputs?.[0];
    if (node.opType !== "Constant" || output === undefined) return;
    const [attribute] = node.attributes ?? [];
    const value = attribute?.tensor ?? attribute?.int;
    if (value !== undefined) this.#constants.set(output, value);
  }
}

export function attributeOf(node: GateNode, name: string): GateAttribute | undefined {
  return node.attributes?.find((attribute) => attribute.name === name);
}

const INT32 = 6n;
const INT64 = 7n;

function integersOf(tensor: GateTensor): readonly bigint[] | undefined {
  if (tensor.dataType !== INT64 && tensor.dataType !== INT32) return undefined;
  const { rawData } = tensor;
  if (rawData === undefined || rawData.length === 0) return tensor.int64Data ?? tensor.int32Data ?? [];
  const width = tensor.dataType === INT64 ? 8 : 4;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
  return Array.from({ length: Math.min(Math.floor(rawData.length / width), 256) }, (_, i) =>
    width === 8 ? view.getBigInt64(i * 8, true) : BigInt(view.getInt32(i * 4, true)),
  );
}
