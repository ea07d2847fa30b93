import { shapeOfDims } from "../../model.ts";
import type { Call } from "../call.ts";
import { pick, POINT } from "../contraction.ts";
import { toPhysical } from "../../order.ts";
import { joinOrigins } from "../value.ts";
import type { QuantisedReal, Real, Value } from "../value.ts";

/**
 * Add, Sub or Mul with a constant of bytes behind a DequantizeLinear that differs from place to place, such as a position embedding.
 * The bytes become a tensor: a 1×1 convolution of any one element with weights of zero, whose biases are the bytes.
 * @returns nothing if the constant is no such one
 */
export function fullConstant(
  call: Call,
  real: Real,
  value: Value,
  index: number,
  dims: readonly number[],
): Real | undefined {
  const operation = ({ Add: "add", Sub: "sub", Mul: "mul" } as const)[call.type as "Add"] as "add" | undefined;
  if (operation === undefined || real.kind !== "quantised" || value.kind !== "integers") return undefined;
  if (value.axis !== undefined || value.tensor.dtype === "int32") return undefined;
  const flip = value.tensor.dtype === "int8" ? 128 : 0;
  const bytes = toPhysical(
    value.dims,
    value.tensor.bytes.map((byte) => byte ^ flip),
  );
  const quantisation = { scale: pick(value.scales, 0), zero: pick(value.zeros, 0) + flip };
  const made: QuantisedReal = {
    kind: "quantised",
    tensor: addBytes(call, real.tensor, value.dims, bytes),
    dims: value.dims,
    from: [],
    ...quantisation,
  };
  const [a, b] = index === 0 ? [made, real] : [real, made];
  return { kind: "pair", operation, a, b, dims, from: joinOrigins([real], call.node) };
}

function addBytes(call: Call, seed: number, dims: readonly number[], bytes: Uint8Array): number {
  const { builder, node } = call;
  const count = bytes.length;
  builder.book(count * 5, node);
  const point = { n: 1, h: 1, w: 1, c: 1 };
  const one = builder.add(
    { kind: "Move", mode: "view", inputs: [seed], shape: point, base: 0, digits: [] },
    undefined,
    [node],
  );
  const list = builder.add(
    {
      kind: "Contract",
      inputs: [one],
      shape: shapeOfDims([count]),
      ...POINT,
      groups: 1,
      ...{ xZero: 0, wZero: 128, yZero: 0 },
      weights: new Uint8Array(count).fill(128),
      bias: Int32Array.from(bytes),
      multipliers: new Float32Array(count).fill(1),
    },
    undefined,
    [node],
  );
  const shape = shapeOfDims(dims);
  if (shape.c === count) return list;
  return builder.add(
    { kind: "Move", mode: "view", inputs: [list], shape, base: 0, digits: [{ radix: count, stride: 1 }] },
    undefined,
    [node],
  );
}
