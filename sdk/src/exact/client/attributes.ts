import { ATTRIBUTE_TYPE } from "../../onnx/index.ts";
import type { AttributeProto, NodeProto, TensorProto } from "../../onnx/index.ts";
import { badNode } from "./errors.ts";

/**
 * A node's attributes, read with their type.
 * Every reader throws GliaError `EXACT_CLIENT_ATTRIBUTE` if the attribute is of another type or not a safe integer.
 */
export class Attributes {
  readonly #node: NodeProto;

  constructor(node: NodeProto) {
    this.#node = node;
  }

  has(name: string): boolean {
    return this.#node.attribute.some((attribute) => attribute.name === name);
  }

  int(name: string, otherwise: number): number {
    const value = this.#find(name, ATTRIBUTE_TYPE.int, "a whole number");
    return value === undefined ? otherwise : this.#safe(name, value.i ?? 0n);
  }

  ints(name: string): number[] | undefined {
    const value = this.#find(name, ATTRIBUTE_TYPE.ints, "a list of whole numbers");
    return value?.ints.map((entry) => this.#safe(name, entry));
  }

  float(name: string, otherwise: number): number {
    const value = this.#find(name, ATTRIBUTE_TYPE.float, "a number");
    return value === undefined ? otherwise : (value.f ?? 0);
  }

  floats(name: string): readonly number[] | undefined {
    return this.#find(name, ATTRIBUTE_TYPE.floats, "a list of numbers")?.floats;
  }

  text(name: string, otherwise: string): string {
    const value = this.#find(name, ATTRIBUTE_TYPE.string, "text");
    return value === undefined ? otherwise : new TextDecoder().decode(value.s);
  }

  tensor(name: string): TensorProto | undefined {
    return this.#find(name, ATTRIBUTE_TYPE.tensor, "a tensor")?.t;
  }

  #find(name: string, type: number, what: string): AttributeProto | undefined {
    const attribute = this.#node.attribute.find((candidate) => candidate.name === name);
    if (attribute === undefined || attribute.type === type) return attribute;
    throw badNode(this.#node, "EXACT_CLIENT_ATTRIBUTE", `has an attribute "${name}" that must be ${what}`);
  }

  #safe(name: string, value: bigint): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw badNode(
      this.#node,
      "EXACT_CLIENT_ATTRIBUTE",
      `has an attribute "${name}" of ${value}, which is beyond ±2^53`,
    );
  }
}
