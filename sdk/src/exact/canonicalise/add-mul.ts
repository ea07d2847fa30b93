import type { NodeProto } from "../../onnx/index.ts";
import { refuseNode } from "../errors.ts";
import { shapeOfDims } from "../model.ts";
import { mainNode } from "./builder.ts";
import type { Builder } from "./builder.ts";
import { isNormal } from "./call.ts";
import { planExpand, planReshape } from "./move/index.ts";
import { divideFloats, multiplyFloats, roundHalfEven } from "./numbers.ts";
import type { PairReal, QuantisedReal, Quantisation } from "./value.ts";

/** Largest factor of a sum: two products with a byte stay below 2^24. */
const MAX_FACTOR = 4096;
/** Significant bits of a product's multiplier: (a − aZero)(b − bZero) has up to 17, and together they fit the 24 of a float32. */
const MULTIPLIER_BITS = 7;

/**
 * Adds the AddMul node of a sum, difference or product that is requantised to `target`.
 * @throws GliaError `EXACT_SCALE_INVALID` if the scales are too far apart, and as `Builder.add`
 */
export function addPair(builder: Builder, pair: PairReal, target: Quantisation, by: NodeProto): number {
  const from = [...pair.from, by];
  const node = mainNode(pair.from) ?? by;
  const a = spread(builder, pair, pair.a);
  const plain = spread(builder, pair, pair.b);
  const b = pair.operation === "sub" ? negate(builder, pair, plain) : plain;
  const numbers =
    pair.operation === "mul"
      ? { operation: "mul" as const, aFactor: 1, bFactor: 1, multiplier: productMultiplier(a, b, target) }
      : { operation: "add" as const, ...sumFactors(node, a.scale / target.scale, b.scale / target.scale) };
  if (!isNormal(numbers.multiplier))
    throw refuseNode(
      "EXACT_SCALE_INVALID",
      node,
      `has a multiplier of ${numbers.multiplier}; it must be a positive, finite and normal float32`,
      "Calibrate again: the scales are too far apart.",
    );
  return builder.add(
    {
      kind: "AddMul",
      inputs: [a.tensor, b.tensor],
      shape: shapeOfDims(pair.dims),
      ...numbers,
      ...{ aZero: a.zero, bZero: b.zero, yZero: target.zero },
    },
    target,
    from,
  );
}

/** Whole factors in the proportion of two scale ratios, times a power of two, as large as both may be. */
function sumFactors(node: NodeProto, a: number, b: number): { aFactor: number; bFactor: number; multiplier: number } {
  const largest = Math.max(a, b);
  let exponent = 12 - Math.ceil(Math.log2(largest));
  // The logarithm only guesses: its last bit is the engine's. What follows decides exactly, since scaling by a power of two is exact.
  while (roundHalfEven(largest * 2 ** exponent) > MAX_FACTOR) exponent--;
  while (roundHalfEven(largest * 2 ** (exponent + 1)) <= MAX_FACTOR) exponent++;
  const aFactor = roundHalfEven(a * 2 ** exponent);
  const bFactor = roundHalfEven(b * 2 ** exponent);
  if (aFactor >= 1 && bFactor >= 1) return { aFactor, bFactor, multiplier: 2 ** -exponent };
  throw refuseNode(
    "EXACT_SCALE_INVALID",
    node,
    `adds values whose scales are ${Math.max(a / b, b / a).toPrecision(3)} times apart; at most 4096 times are possible`,
    "Calibrate again, or drop the addend: it hardly changes the sum.",
  );
}

/** f32(f32(aScale · bScale) / yScale), rounded to 7 significant bits. */
function productMultiplier(a: Quantisation, b: Quantisation, target: Quantisation): number {
  const exact = divideFloats(multiplyFloats(a.scale, b.scale), target.scale);
  if (!isNormal(exact)) return exact;
  let unit = 2 ** (Math.floor(Math.log2(exact)) - MULTIPLIER_BITS + 1);
  while (exact / unit >= 2 ** MULTIPLIER_BITS) unit *= 2;
  while (exact / unit < 2 ** (MULTIPLIER_BITS - 1)) unit /= 2;
  return roundHalfEven(exact / unit) * unit;
}

/** −scale (b − zero) = scale ((255 − b) − (255 − zero)). */
function negate(builder: Builder, pair: PairReal, b: QuantisedReal): QuantisedReal {
  const table = Uint8Array.from({ length: 256 }, (_, x) => 255 - x);
  const tensor = builder.add(
    { kind: "Table", inputs: [b.tensor], shape: builder.shape(b.tensor), table },
    undefined,
    pair.from,
  );
  return { ...b, tensor, zero: 255 - b.zero };
}

/** Gives an operand the rank of the result, and repeats it where repeating sizes of 1 of the physical shape is not what ONNX means. */
function spread(builder: Builder, pair: PairReal, operand: QuantisedReal): QuantisedReal {
  const rank = pair.dims.length;
  const dims = [...Array.from({ length: rank - operand.dims.length }, () => 1), ...operand.dims];
  const move = (plan: ReturnType<typeof planReshape>, tensor: number) =>
    builder.move(plan, [tensor], operand, pair.from);
  const tensor = move(planReshape(operand.dims, dims), operand.tensor);
  const shape = shapeOfDims(dims);
  const result = shapeOfDims(pair.dims);
  const repeats = (["n", "h", "w", "c"] as const).every((size) => shape[size] === 1 || shape[size] === result[size]);
  // A matrix's leading dimensions are one size: it repeats them only if none or all are to be repeated.
  if (repeats) return { ...operand, dims, tensor };
  const wanted = rank === 4 ? [...pair.dims] : [...pair.dims.slice(0, -1), dims.at(-1) ?? 1];
  return { ...operand, dims: wanted, tensor: move(planExpand(dims, wanted), tensor) };
}
