import type { NodeProto } from "../../onnx/index.ts";
import { nodeName, operatorName, refuseModel, refuseNode } from "../errors.ts";
import { LIMITS, shapeOfDims, sizeOf } from "../model.ts";
import type { ExactModel, ExactNode, Port, Shape } from "../model.ts";
import type { MovePlan } from "./move/index.ts";
import type { Quantisation, Real } from "./value.ts";

/** Where a node came from, for people. */
export interface Origin {
  readonly name: string;
  readonly operators: readonly string[];
}

interface Entry {
  readonly shape: Shape;
  quantisation: Quantisation | undefined;
  /** Absent for an input. */
  readonly node: ExactNode | undefined;
  readonly origin: Origin | undefined;
  readonly port: { readonly name: string; readonly dims: readonly number[] } | undefined;
}

/** An output of the exact part: a tensor under a name. */
export interface Outlet {
  readonly name: string;
  readonly tensor: number;
  readonly dims: readonly number[];
}

/** Collects inputs and nodes under provisional numbers, in the order in which they are found; `finish` drops what nobody needs. */
export class Builder {
  readonly #entries: Entry[] = [];
  readonly #resolved = new Map<Real, Map<string, number>>();
  readonly #sources = new Map<string, number>();
  readonly #read = new Set<Uint8Array>();
  #elements = 0;
  #booked = 0;

  /**
   * Adds an input and gives its number.
   * @param source name of the real tensor that it is quantised from: the same one with the same quantisation is the same input
   */
  input(name: string, dims: readonly number[], quantisation: Quantisation | undefined, source?: string): number {
    const key = JSON.stringify([source, quantisation]);
    const known = source === undefined ? undefined : this.#sources.get(key);
    if (known !== undefined) return known;
    this.#sources.set(key, this.#entries.length);
    const shape = shapeOfDims(dims);
    this.#count(shape, `The input "${name}"`);
    return this.#entries.push({ shape, quantisation, node: undefined, origin: undefined, port: { name, dims } }) - 1;
  }

  /** Adds a node, whose inputs are provisional numbers, and gives its own. */
  add(node: ExactNode, quantisation: Quantisation | undefined, from: readonly NodeProto[]): number {
    const first = mainNode(from);
    const origin = { name: first === undefined ? "" : nodeName(first), operators: from.map(operatorName) };
    this.#count(node.shape, `The output of the node "${origin.name}"`);
    if (node.kind === "Move" && node.mode === "select" && first !== undefined)
      this.book(node.sources.byteLength, first);
    return this.#entries.push({ shape: node.shape, quantisation, node, origin, port: undefined }) - 1;
  }

  /** Adds the nodes of a movement of `tensors` and gives the number of the result. */
  move(
    plan: MovePlan,
    tensors: readonly number[],
    quantisation: Quantisation | undefined,
    from: readonly NodeProto[],
  ): number {
    const numbers = [...tensors];
    for (const step of plan.steps)
      numbers.push(this.add({ ...step, inputs: step.inputs.map((local) => at(numbers, local)) }, quantisation, from));
    return at(numbers, plan.result);
  }

  shape(tensor: number): Shape {
    return this.#entry(tensor).shape;
  }

  isInput(tensor: number): boolean {
    return this.#entry(tensor).port !== undefined;
  }

  quantisation(tensor: number): Quantisation | undefined {
    return this.#entry(tensor).quantisation;
  }

  /** Says what the bytes of a tensor stand for, unless that is known. */
  interpret(tensor: number, quantisation: Quantisation): void {
    this.#entry(tensor).quantisation ??= quantisation;
  }

  /** The tensor of an expression with this target, made once however often it is asked for. */
  once(real: Real, { scale, zero }: Quantisation, make: () => number): number {
    const key = `${scale}:${zero}`;
    const known = this.#resolved.get(real) ?? new Map<string, number>();
    this.#resolved.set(real, known);
    const tensor = known.get(key) ?? make();
    known.set(key, tensor);
    return tensor;
  }

  /**
   * Books bytes of constants that are about to be laid out or computed: many nodes may read one initialiser, and each makes its own copy.
   * @throws GliaError `EXACT_TOO_LARGE`
   */
  book(count: number, node: NodeProto): void {
    this.#booked += count;
    if (this.#booked > LIMITS.parameters)
      throw refuseNode(
        "EXACT_TOO_LARGE",
        node,
        `brings the weights and other constants of the model to ${this.#booked} bytes; at most ${LIMITS.parameters} are allowed`,
        "Use a smaller model.",
      );
  }

  /** Books weights that are gone through once more: the first time was booked when they were laid out. */
  again(weights: Uint8Array, node: NodeProto): void {
    if (this.#read.has(weights)) this.book(weights.length, node);
    this.#read.add(weights);
  }

  /** The model of everything that the outlets need, renumbered; see {@link ExactModel}. */
  finish(outlets: readonly Outlet[]): {
    model: ExactModel;
    origins: Origin[];
    renumbered: ReadonlyMap<number, number>;
  } {
    const needed = new Set(outlets.map(({ tensor }) => tensor));
    for (let number = this.#entries.length - 1; number >= 0; number--)
      if (needed.has(number)) this.#entries[number]?.node?.inputs.forEach((input) => needed.add(input));
    const live = this.#entries.map((entry, number) => ({ entry, number })).filter(({ number }) => needed.has(number));
    const ordered = [...live.filter(({ entry }) => entry.port), ...live.filter(({ entry }) => !entry.port)];
    const renumbered = new Map(ordered.map(({ number }, index) => [number, index]));
    const final = (number: number): number => renumbered.get(number) ?? 0;
    const inputs: Port[] = [];
    const nodes: ExactNode[] = [];
    const origins: Origin[] = [];
    for (const { entry, number } of ordered) {
      const { node, origin, port, shape } = entry;
      if (port !== undefined) inputs.push(makePort(port.name, final(number), port.dims, shape, entry.quantisation));
      if (node === undefined || origin === undefined) continue;
      nodes.push({ ...node, inputs: node.inputs.map(final) });
      origins.push(origin);
    }
    const outputs = outlets.map(({ name, tensor, dims }) => {
      const { shape, quantisation } = this.#entry(tensor);
      return makePort(name, final(tensor), dims, shape, quantisation);
    });
    return { model: { inputs, nodes, outputs }, origins, renumbered };
  }

  #entry(tensor: number): Entry {
    const entry = this.#entries[tensor];
    if (entry === undefined) throw new RangeError(`There is no tensor ${tensor}.`);
    return entry;
  }

  #count(shape: Shape, what: string): void {
    const size = sizeOf(shape);
    this.#elements += size;
    if (size < 1 || size > LIMITS.elements)
      throw refuseModel(
        "EXACT_TENSOR_TOO_LARGE",
        `${what} has ${size} elements; 1 to ${LIMITS.elements} are allowed.`,
        "Use smaller inputs or a smaller model.",
      );
    if (this.#elements > LIMITS.allElements || this.#entries.length >= LIMITS.nodes)
      throw refuseModel(
        "EXACT_TOO_LARGE",
        `${what} brings the model to ${this.#entries.length + 1} tensors of ${this.#elements} elements together; at most ${LIMITS.nodes} of ${LIMITS.allElements} are allowed.`,
        "Use smaller inputs or a smaller model.",
      );
  }
}

/** The node of a group that does the work: the first that does not merely quantise. */
export function mainNode(from: readonly NodeProto[]): NodeProto | undefined {
  return from.find(({ opType }) => opType !== "QuantizeLinear" && opType !== "DequantizeLinear") ?? from[0];
}

function makePort(
  name: string,
  tensor: number,
  dims: readonly number[],
  shape: Shape,
  quantisation?: Quantisation,
): Port {
  return { name, tensor, dims, shape, scale: quantisation?.scale ?? 1, zero: quantisation?.zero ?? 0 };
}

function at(numbers: readonly number[], local: number): number {
  const number = numbers[local];
  if (number === undefined) throw new RangeError(`A movement reads its tensor ${local}, which does not exist.`);
  return number;
}
