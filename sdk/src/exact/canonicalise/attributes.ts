import { ATTRIBUTE_TYPE } from "../../onnx/index.ts";
import type { AttributeProto, NodeProto } from "../../onnx/index.ts";
import type { GliaError } from "../../errors.ts";
import { readTensor } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { refuseNode } from "../errors.ts";

/**
 * A node's attributes, each read with its type. It keeps book of what was read: an attribute that nobody asked for could change what the node
 * computes, so `finish` refuses it. Every method throws GliaError `EXACT_ATTRIBUTE_INVALID` for a wrong type or a number beyond ±2^53.
 */
export class Attributes {
  readonly #node: NodeProto;
  readonly #unread: Map<string, AttributeProto>;

  constructor(node: NodeProto) {
    this.#node = node;
    this.#unread = new Map();
    for (const attribute of node.attribute) {
      if (this.#unread.has(attribute.name)) throw this.#invalid(`has two attributes "${attribute.name}"`);
      this.#unread.set(attribute.name, attribute);
    }
  }

  int(name: string): number | undefined;
  int(name: string, otherwise: number): number;
  int(name: string, otherwise?: number): number | undefined {
    const found = this.#take(name, ATTRIBUTE_TYPE.int, "a whole number");
    return found === undefined ? otherwise : this.#safe(name, found.i ?? 0n);
  }

  ints(name: string): number[] | undefined {
    return this.#take(name, ATTRIBUTE_TYPE.ints, "a list of whole numbers")?.ints.map((entry) =>
      this.#safe(name, entry),
    );
  }

  float(name: string, otherwise: number): number {
    const found = this.#take(name, ATTRIBUTE_TYPE.float, "a number");
    return found === undefined ? otherwise : (found.f ?? 0);
  }

  floats(name: string): readonly number[] | undefined {
    return this.#take(name, ATTRIBUTE_TYPE.floats, "a list of numbers")?.floats;
  }

  text(name: string): string | undefined;
  text(name: string, otherwise: string): string;
  text(name: string, otherwise?: string): string | undefined {
    const found = this.#take(name, ATTRIBUTE_TYPE.string, "text");
    return found === undefined ? otherwise : new TextDecoder().decode(found.s);
  }

  tensor(name: string): Tensor | undefined {
    const found = this.#take(name, ATTRIBUTE_TYPE.tensor, "a tensor");
    if (found === undefined) return undefined;
    if (found.t === undefined) throw this.#invalid(`has an attribute "${name}" without its tensor`);
    return readTensor(found.t);
  }

  /** All numbers and texts that are there, for operators whose meaning another folder knows. */
  scalars(): Record<string, number | string> {
    const all: Record<string, number | string> = {};
    for (const [name, { type }] of [...this.#unread]) {
      if (type === ATTRIBUTE_TYPE.int) all[name] = this.int(name, 0);
      else if (type === ATTRIBUTE_TYPE.float) all[name] = this.float(name, 0);
      else if (type === ATTRIBUTE_TYPE.string) all[name] = this.text(name, "");
    }
    return all;
  }

  /** @throws GliaError `EXACT_ATTRIBUTE_UNSUPPORTED` if the node has an attribute that was not read. */
  finish(): void {
    const [name] = this.#unread.keys();
    if (name === undefined) return;
    throw refuseNode(
      "EXACT_ATTRIBUTE_UNSUPPORTED",
      this.#node,
      `has an attribute "${name}" that the exact profile does not know`,
      "Export the model again without it.",
    );
  }

  #take(name: string, type: number, what: string): AttributeProto | undefined {
    const attribute = this.#unread.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.type !== type) throw this.#invalid(`has an attribute "${name}" that must be ${what}`);
    this.#unread.delete(name);
    return attribute;
  }

  #safe(name: string, value: bigint): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw this.#invalid(`has an attribute "${name}" of ${value}, which is beyond ±2^53`);
  }

  #invalid(reason: string): GliaError {
    return refuseNode(
      "EXACT_ATTRIBUTE_INVALID",
      this.#node,
      reason,
      "The file contradicts the ONNX specification; export it again.",
    );
  }
}
