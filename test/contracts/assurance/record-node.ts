/** A node from its record, read as docs/EXACT.md writes it. What is under the root at a record's end is not needed to write a proof, and left empty. */
import { hexToNumber, size, slice } from "viem";
import type { Hex } from "viem";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ExactNode, Shape, SelectNode, Window } from "../../../sdk/src/exact/model.ts";

/**
 * @param parameters the words under the record's root, `0x` if it has none
 * @throws RangeError if the kind is none.
 */
export function nodeOfRecord(record: Hex, parameters: Hex): { node: ExactNode; shapes: Shape[] } {
  const field = (index: number): number => hexToNumber(slice(record, 4 * index, 4 * index + 4));
  const shapeAt = (index: number): Shape => ({
    n: field(index),
    h: field(index + 1),
    w: field(index + 2),
    c: field(index + 3),
  });
  const count = field(5);
  const order = Array.from({ length: count }, (_, k) => k);
  const inputs = order.map((k) => field(6 + 5 * k));
  const shapes = order.map((k) => shapeAt(7 + 5 * k));
  const base = { inputs, shape: shapeAt(1) };
  const own = 6 + 5 * count;
  const window = (at: number): Window => ({
    kernelH: field(at),
    kernelW: field(at + 1),
    strideH: field(at + 2),
    strideW: field(at + 3),
    dilationH: field(at + 4),
    dilationW: field(at + 5),
    padTop: field(at + 6),
    padLeft: field(at + 7),
  });
  const read = (): ExactNode => {
    switch (field(0)) {
      case 1: {
        const zeros = { xZero: field(own + 9), wZero: field(own + 10), yZero: field(own + 11) };
        const empty = { weights: new Uint8Array(), bias: new Int32Array(), multipliers: new Float32Array() };
        return { kind: "Contract", ...base, groups: field(own), ...window(own + 1), ...zeros, ...empty };
      }
      case 2:
        return {
          kind: "AddMul",
          ...base,
          operation: field(own) === 0 ? "add" : "mul",
          aFactor: field(own + 1),
          bFactor: field(own + 2),
          aZero: field(own + 3),
          bZero: field(own + 4),
          yZero: field(own + 5),
          multiplier: 1,
        };
      case 3:
        return { kind: "Table", ...base, table: new Uint8Array(256) };
      case 4:
        return { kind: "MaxPool", ...base, ...window(own) };
      case 5: {
        const axis = { outer: field(own), length: field(own + 1), inner: field(own + 2) };
        return { kind: "ArgMax", ...base, ...axis, last: field(own + 3) === 1 };
      }
      case 6: {
        if (field(own) === 1) return select(base, field, own, parameters);
        const digits = Array.from({ length: field(own + 2) }, (_, k) => ({
          radix: field(own + 3 + 2 * k),
          stride: field(own + 4 + 2 * k) | 0,
        }));
        return { kind: "Move", mode: "view", ...base, base: field(own + 1), digits };
      }
      default:
        throw new RangeError(`There is no kind ${field(0)}.`);
    }
  };
  const node = read();
  if (sizeOf(node.shape) === 0 || size(record) < 4 * own) throw new RangeError(`${record} is no record.`);
  return { node, shapes };
}

/** The only kind of which a writer of proofs needs what is under the root: it says which element is opened. */
function select(
  base: Pick<SelectNode, "inputs" | "shape">,
  field: (index: number) => number,
  own: number,
  parameters: Hex,
): SelectNode {
  const sources = Uint32Array.from({ length: field(own + 2) }, (_, k) =>
    hexToNumber(slice(parameters, 4 * k, 4 * k + 4)),
  );
  const around = { outer: field(own + 1), inner: field(own + 3), fill: field(own + 4) };
  return { kind: "Move", mode: "select", ...base, ...around, sources };
}
