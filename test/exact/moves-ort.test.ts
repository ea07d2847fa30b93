import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import {
  planConcat,
  planDepthToSpace,
  planExpand,
  planFlatten,
  planGather,
  planPad,
  planReshape,
  planResize,
  planSlice,
  planSpaceToDepth,
  planSplit,
  planSqueeze,
  planTile,
  planTranspose,
  planUnsqueeze,
} from "../../sdk/src/exact/canonicalise/move/index.ts";
import type { MovePlan } from "../../sdk/src/exact/canonicalise/move/index.ts";
import { randomDims, randomFactors, shuffled } from "../../sdk/src/exact/canonicalise/move/testing/evaluate.ts";
import { lawNode } from "../../sdk/src/exact/law/index.ts";
import { shapeOfDims } from "../../sdk/src/exact/model.ts";
import type { MoveNode } from "../../sdk/src/exact/model.ts";
import { toLogical, toPhysical } from "../../sdk/src/exact/order.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeInts,
  makeModel,
  makeNode,
  makeTensor,
  makeValue,
} from "../../sdk/src/onnx/index.ts";
import type { AttributeValue, NodeProto, TensorProto } from "../../sdk/src/onnx/index.ts";

// Otherwise it warns of every use of a deprecated mode.
ort.env.logLevel = "error";

/** Cases in one graph: making a session takes longer than running it. */
const PER_GRAPH = 50;
const random = createRandom(20);
const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
const ints = (values: readonly number[]) => (name: string) => makeInts(name, [values.length], values);
const floats = (values: readonly number[]) => (name: string) => makeFloats(name, [values.length], values);
const byte = (value: number) => (name: string) => makeTensor(name, "uint8", [], Uint8Array.of(value));

/** One node, and the plan for each of its outputs. Data inputs come first; undefined is an optional input left out. */
interface Case {
  readonly inputs: readonly (readonly number[])[];
  readonly constants?: readonly (((name: string) => TensorProto) | undefined)[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly plans: readonly MovePlan[];
}

/** What a plan's steps make of tensors, in logical order. */
function execute({ steps, result, dims }: MovePlan, inputs: Case["inputs"], bytes: readonly Uint8Array[]): Uint8Array {
  const shapes = inputs.map((size) => shapeOfDims(size));
  const tensors = bytes.map((logical, k) => toPhysical(inputs[k] ?? [], logical));
  const of = (step: MoveNode) => step.inputs.map((input) => [shapes[input], tensors[input]] as const);
  for (const step of steps) {
    const [from, data] = [of(step).map(([shape]) => shape ?? assert.fail()), of(step).map(([, tensor]) => tensor)];
    tensors.push(
      lawNode(
        step,
        from,
        data.map((tensor) => tensor ?? assert.fail()),
      ),
    );
    shapes.push(step.shape);
  }
  return toLogical(dims, tensors[result] ?? assert.fail());
}

/** Runs cases of one operator in one graph with ONNX Runtime, on random bytes, and compares with the plans. Gives the number of bytes compared. */
async function compareGraph(operator: string, cases: readonly Case[]): Promise<number> {
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  const values = cases.map(({ inputs }, k) =>
    inputs.map((dims, i) => ({ name: `x${k}_${i}`, dims, bytes: random.bytes(product(dims)) })),
  );
  const outputs = cases.map(({ plans }, k) => plans.map(({ dims }, i) => ({ name: `y${k}_${i}`, dims })));
  for (const [k, { constants: made = [], attributes }] of cases.entries()) {
    const extra = made.map((make, i) => (make === undefined ? undefined : make(`c${k}_${i}`)));
    constants.push(...extra.filter((tensor) => tensor !== undefined));
    const names = [...(values[k] ?? []), ...extra].map((tensor) => tensor?.name ?? "");
    nodes.push(
      makeNode(
        operator,
        names,
        (outputs[k] ?? []).map(({ name }) => name),
        attributes,
      ),
    );
  }
  const graph = makeGraph(
    nodes,
    values.flat().map(({ name, dims }) => makeValue(name, "uint8", dims)),
    outputs.flat().map(({ name, dims }) => makeValue(name, "uint8", dims)),
    constants,
  );
  const session = await ort.InferenceSession.create(encodeModel(makeModel(graph, { opset: 19 })), {
    graphOptimizationLevel: "disabled",
  });
  const feeds = values.flat().map(({ name, dims, bytes }) => [name, new ort.Tensor("uint8", bytes, dims)] as const);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  let compared = 0;
  for (const [k, { inputs, plans, attributes }] of cases.entries())
    for (const [i, plan] of plans.entries()) {
      const theirs = results[`y${k}_${i}`] ?? assert.fail();
      assert.deepEqual(theirs.dims, plan.dims);
      const ours = execute(
        plan,
        inputs,
        (values[k] ?? []).map(({ bytes }) => bytes),
      );
      const same = Buffer.compare(ours, theirs.data as Uint8Array) === 0;
      assert.ok(
        same,
        `${operator} ${JSON.stringify({ inputs, attributes, plan }, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v))}`,
      );
      compared += ours.length;
    }
  return compared;
}

async function compare(operator: string, count: number, make: () => Case | undefined): Promise<void> {
  let compared = 0;
  for (let done = 0; done < count;) {
    const cases = Array.from({ length: PER_GRAPH }, make).filter((one) => one !== undefined);
    compared += await compareGraph(operator, cases);
    done += cases.length;
  }
  assert.ok(compared > count);
}

/** A case, or undefined if the operator's parameters are refused (an empty result, say). */
function unlessRefused(make: () => Case): Case | undefined {
  try {
    return make();
  } catch (error) {
    assert.equal((error as { code?: string }).code, "EXACT_MOVE_INVALID");
    return undefined;
  }
}

const rankOf = (from: number) => from + random.below(6 - from);
const axisIn = (rank: number) => random.below(2 * rank) - rank;

describe("plans of movement operators are what ONNX Runtime does", () => {
  it("Reshape, Flatten, Squeeze, Unsqueeze, Transpose", async () => {
    await compare("Reshape", 300, () => {
      const dims = randomDims(random);
      const target = randomFactors(random, product(dims)).map((size, axis) => (size === dims[axis] ? 0 : size));
      const shape = random.below(2) === 0 ? target : target.with(random.below(target.length), -1);
      return { inputs: [dims], constants: [ints(shape)], plans: [planReshape(dims, shape)] };
    });
    await compare("Flatten", 100, () => {
      const dims = randomDims(random);
      const axis = random.below(2 * dims.length + 1) - dims.length;
      return { inputs: [dims], attributes: { axis: BigInt(axis) }, plans: [planFlatten(dims, axis)] };
    });
    await compare("Squeeze", 100, () => {
      const dims = randomDims(random);
      const axes = dims.flatMap((size, axis) => (size === 1 ? [axis - dims.length * random.below(2)] : []));
      if (axes.length === 0) return { inputs: [dims], plans: [planSqueeze(dims)] };
      return { inputs: [dims], constants: [ints(axes)], plans: [planSqueeze(dims, axes)] };
    });
    await compare("Unsqueeze", 100, () => {
      const dims = randomDims(random);
      const axes = shuffled(random, dims.length + 2).slice(0, 2);
      return { inputs: [dims], constants: [ints(axes)], plans: [planUnsqueeze(dims, axes)] };
    });
    await compare("Transpose", 300, () => {
      const dims = randomDims(random, rankOf(1));
      const perm = shuffled(random, dims.length);
      return { inputs: [dims], attributes: { perm: perm.map(BigInt) }, plans: [planTranspose(dims, perm)] };
    });
  });

  it("Slice, Split, Concat, Gather", async () => {
    await compare("Slice", 600, () =>
      unlessRefused(() => {
        const dims = randomDims(random, rankOf(1));
        const axes = shuffled(random, dims.length).slice(0, 1 + random.below(dims.length));
        const place = (axis: number) => random.pick([0, -1, 2 ** 40, -(2 ** 40), axisIn((dims[axis] ?? 1) + 2)]);
        const [starts, ends] = [axes.map(place), axes.map(place)];
        const steps = axes.map(() => random.pick([1, 1, 2, 3, -1, -1, -2, 2 ** 40, -(2 ** 40)]));
        const plan = planSlice(dims, { starts, ends, axes, steps });
        return { inputs: [dims], constants: [ints(starts), ints(ends), ints(axes), ints(steps)], plans: [plan] };
      }),
    );
    await compare("Split", 200, () => {
      const dims = randomDims(random, rankOf(1));
      const axis = axisIn(dims.length);
      const size = dims.at(axis) ?? 1;
      const attributes = { axis: BigInt(axis) };
      const first = random.below(size);
      if (first === 0)
        return {
          inputs: [dims],
          attributes: { ...attributes, num_outputs: 1n },
          plans: planSplit(dims, { axis, outputs: 1 }),
        };
      const sizes = [first, size - first];
      return { inputs: [dims], constants: [ints(sizes)], attributes, plans: planSplit(dims, { axis, sizes }) };
    });
    await compare("Split", 100, () =>
      unlessRefused(() => {
        const dims = randomDims(random, rankOf(1));
        const axis = axisIn(dims.length);
        const outputs = 1 + random.below(4);
        const attributes = { axis: BigInt(axis), num_outputs: BigInt(outputs) };
        return { inputs: [dims], attributes, plans: planSplit(dims, { axis, outputs }) };
      }),
    );
    await compare("Concat", 200, () => {
      const dims = randomDims(random, rankOf(1));
      const axis = axisIn(dims.length);
      const inputs = Array.from({ length: 1 + random.below(4) }, () => dims.with(axis, 1 + random.below(5)));
      return { inputs, attributes: { axis: BigInt(axis) }, plans: [planConcat(inputs, axis)] };
    });
    await compare("Gather", 300, () => {
      const dims = randomDims(random, rankOf(1));
      const axis = axisIn(dims.length);
      const size = dims.at(axis) ?? 1;
      const indicesDims = Array.from({ length: random.below(3) }, () => 1 + random.below(4));
      const indices = Array.from({ length: product(indicesDims) }, () => axisIn(size));
      const constant = (name: string) => makeInts(name, indicesDims, indices);
      const plan = planGather(dims, { indices, indicesDims, axis });
      return { inputs: [dims], constants: [constant], attributes: { axis: BigInt(axis) }, plans: [plan] };
    });
  });

  it("Expand, Tile, Pad, DepthToSpace, SpaceToDepth", async () => {
    await compare("Expand", 200, () => {
      const dims = randomDims(random, random.below(5)).map((size) => (random.below(2) === 0 ? 1 : size));
      const shape = [2, ...dims.map((size) => (size === 1 ? 1 + random.below(4) : random.pick([1, size])))].slice(
        random.below(2),
      );
      return shape.length < dims.length
        ? undefined
        : { inputs: [dims], constants: [ints(shape)], plans: [planExpand(dims, shape)] };
    });
    await compare("Tile", 200, () => {
      const dims = randomDims(random, rankOf(1));
      const repeats = dims.map(() => 1 + random.below(3));
      return { inputs: [dims], constants: [ints(repeats)], plans: [planTile(dims, repeats)] };
    });
    await compare("Pad", 400, () => {
      const dims = randomDims(random, rankOf(1));
      const mode = random.pick(["constant", "constant", "edge", "reflect", "wrap"]);
      const axes = shuffled(random, dims.length).slice(0, 1 + random.below(dims.length));
      const sizes = axes.map((axis) => dims[axis] ?? 1);
      const pads = [...sizes, ...sizes].map((size) =>
        random.below(mode === "constant" || mode === "edge" ? 4 : Math.min(size, 3)),
      );
      const fill = random.below(256);
      const constants = [ints(pads), mode === "constant" ? byte(fill) : undefined, ints(axes)];
      return { inputs: [dims], constants, attributes: { mode }, plans: [planPad(dims, { pads, axes, mode, fill })] };
    });
    await compare("DepthToSpace", 100, () => {
      const b = 1 + random.below(3);
      const mode = random.pick(["DCR", "CRD"] as const);
      const dims = [1 + random.below(2), (1 + random.below(3)) * b * b, 1 + random.below(4), 1 + random.below(4)];
      return { inputs: [dims], attributes: { blocksize: BigInt(b), mode }, plans: [planDepthToSpace(dims, b, mode)] };
    });
    await compare("SpaceToDepth", 100, () => {
      const b = 1 + random.below(3);
      const dims = [1 + random.below(2), 1 + random.below(4), b * (1 + random.below(3)), b * (1 + random.below(3))];
      return { inputs: [dims], attributes: { blocksize: BigInt(b) }, plans: [planSpaceToDepth(dims, b)] };
    });
  });

  it("Resize to the nearest pixel, in every mode, by scales and by sizes", async () => {
    await compare("Resize", 2000, () =>
      unlessRefused(() => {
        const dims = randomDims(random, random.pick([1, 2, 3, 4, 4, 4, 5]));
        const coordinateMode = random.pick([
          "half_pixel",
          "half_pixel_symmetric",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric",
          "tf_half_pixel_for_nn",
          "tf_crop_and_resize",
        ]);
        const nearestMode = random.pick(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]);
        const crop = coordinateMode === "tf_crop_and_resize";
        const roi = crop
          ? [...dims.map(() => random.between(-0.3, 0.6)), ...dims.map(() => random.between(0.5, 1.5))]
          : undefined;
        const attributes = {
          coordinate_transformation_mode: coordinateMode,
          nearest_mode: nearestMode,
          mode: "nearest",
        };
        const rest = { roi, coordinateMode, nearestMode };
        const before = roi && floats(roi);
        const target = dims.map((size) => random.pick([size, size, 2 * size, 1 + random.below(2 * size + 3)]));
        if (random.below(2) === 0) {
          const policy = random.pick(["stretch", "stretch", "not_larger", "not_smaller"]);
          const plan = planResize(dims, { sizes: target, policy, ...rest });
          const named = { ...attributes, keep_aspect_ratio_policy: policy };
          return { inputs: [dims], constants: [before, undefined, ints(target)], attributes: named, plans: [plan] };
        }
        const scales = target.map((size, axis) =>
          random.pick([size / (dims[axis] ?? 1), 2, 0.5, 1, random.between(0.3, 3)]),
        );
        const plan = planResize(dims, { scales, ...rest });
        return { inputs: [dims], constants: [before, floats(scales)], attributes, plans: [plan] };
      }),
    );
  });
});
