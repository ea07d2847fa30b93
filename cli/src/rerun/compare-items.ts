import { readElements, sameShape, type Item, type Tensor } from "@glia/sdk";

/** Where an output tensor that was delivered is not what came out here. */
export interface TensorDifference {
  readonly output: string;
  /** How many elements differ; all of them where type or shape does. */
  readonly elements: number;
  /** First element that differs, row by row, with both values; missing where type or shape differ. */
  readonly first?: { readonly index: number; readonly delivered: string; readonly computed: string };
}

/** Floats of two machines may differ by this share of the tensor's largest magnitude and still be the same computation. */
const ROUNDING = 1e-3;

/**
 * Every output of an item in which delivered and computed numbers differ.
 * @param exactly Compare bits; else floats may differ as much as rounding on another machine explains.
 */
export function compareItems(delivered: Item, computed: Item, exactly: boolean): TensorDifference[] {
  const names = new Set([...computed.keys(), ...delivered.keys()]);
  return [...names].flatMap((output) => {
    const difference = compareTensors(delivered.get(output), computed.get(output), exactly);
    return difference === undefined ? [] : [{ output, ...difference }];
  });
}

function compareTensors(
  delivered: Tensor | undefined,
  computed: Tensor | undefined,
  exactly: boolean,
): Omit<TensorDifference, "output"> | undefined {
  if (delivered?.dtype !== computed?.dtype || !sameShape(delivered?.shape ?? [], computed?.shape ?? [])) {
    return { elements: Math.max(countOf(delivered), countOf(computed)) };
  }
  if (delivered === undefined || computed === undefined) return undefined;
  const left = [...readElements(delivered)];
  const right = [...readElements(computed)];
  const allowed = exactly || !computed.dtype.includes("float") ? 0 : ROUNDING * largest(right);
  let elements = 0;
  let first: TensorDifference["first"];
  for (const [index, value] of right.entries()) {
    const other = left[index] ?? Number.NaN;
    if (value === other || Object.is(value, other)) continue;
    if (allowed > 0 && Math.abs(Number(value) - Number(other)) <= allowed) continue;
    elements += 1;
    first ??= { index, delivered: String(other), computed: String(value) };
  }
  return first === undefined ? undefined : { elements, first };
}

function largest(values: readonly (number | bigint)[]): number {
  return values.reduce<number>(
    (top, value) => Math.max(top, Number.isFinite(Number(value)) ? Math.abs(Number(value)) : 0),
    0,
  );
}

function countOf(tensor: Tensor | undefined): number {
  return tensor === undefined ? 0 : tensor.shape.reduce((product, size) => product * size, 1);
}
