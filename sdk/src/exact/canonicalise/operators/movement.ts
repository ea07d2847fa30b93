import { readElements } from "../../../tensors/elements.ts";
import { elementCount } from "../../../tensors/tensor.ts";
import type { Call } from "../call.ts";
import { moveConstant } from "../constants.ts";
import {
  planConcat,
  planDepthToSpace,
  planExpand,
  planFlatten,
  planGather,
  planIdentity,
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
} from "../move/index.ts";
import type { MovePlan } from "../move/index.ts";
import { isReal } from "../value.ts";
import type { Quantisation, Real, Value } from "../value.ts";
import { depth } from "./elementwise.ts";

type Dims = readonly number[];

/** An operator that moves the elements of its first input. */
function moving(plan: (call: Call, dims: Dims) => MovePlan): (call: Call) => Value[] {
  return (call) => [moveValue(call, plan(call, call.dims(0)))];
}

/** Moves whatever the first input is. */
function moveValue(call: Call, plan: MovePlan): Value {
  const { builder, node } = call;
  const value = call.value(0);
  switch (value.kind) {
    case "constant":
    case "integers":
      return moveConstant(call, value, plan);
    case "head":
      return { kind: "head", dims: plan.dims };
    case "opaque":
      throw value.error;
    case "exact": {
      const tensor = builder.move(plan, [value.tensor], builder.quantisation(value.tensor), [node]);
      return { ...value, dims: plan.dims, tensor };
    }
    case "quantised":
      return { ...value, dims: plan.dims, tensor: builder.move(plan, [value.tensor], value, [node]) };
    default:
      return movedReal(call, [value], () => plan, 0);
  }
}

function movedReal(call: Call, of: readonly Real[], plan: (fill: number) => MovePlan, fill: number): Real {
  const { dims } = plan(0);
  return { kind: "moved", of, plan, fill, dims, from: [call.node], depth: depth(call, of) };
}

export const identity = moving((call, dims) => {
  call.attributes.float("ratio", 0);
  call.attributes.int("seed", 0);
  if (call.node.output.slice(1).some((name) => name !== ""))
    throw call.unsupported("gives a mask too", "Export the model for inference.");
  if (call.inputs[2] !== undefined && call.scalar(2, "training mode") !== 0)
    throw call.unsupported("is in training mode", "Export the model for inference.");
  return planIdentity(dims);
});
export const reshape = moving((call, dims) =>
  planReshape(dims, call.ints(1, "shape"), call.attributes.int("allowzero", 0) !== 0),
);
export const flatten = moving((call, dims) => planFlatten(dims, call.attributes.int("axis", 1)));
export const squeeze = moving((call, dims) => planSqueeze(dims, call.optionalInts(1, "axes")));
export const unsqueeze = moving((call, dims) => planUnsqueeze(dims, call.ints(1, "axes")));
export const transpose = moving((call, dims) => planTranspose(dims, call.attributes.ints("perm")));
export const expand = moving((call, dims) => planExpand(dims, call.ints(1, "shape")));
export const tile = moving((call, dims) => planTile(dims, call.ints(1, "repeats")));
export const depthToSpace = moving(({ attributes }, dims) =>
  planDepthToSpace(dims, attributes.int("blocksize", 0), attributes.text("mode", "DCR")),
);
export const spaceToDepth = moving(({ attributes }, dims) => planSpaceToDepth(dims, attributes.int("blocksize", 0)));
export const slice = moving((call, dims) =>
  planSlice(dims, {
    starts: call.ints(1, "starts"),
    ends: call.ints(2, "ends"),
    axes: call.optionalInts(3, "axes"),
    steps: call.optionalInts(4, "steps"),
  }),
);
export const gather = moving((call, dims) =>
  planGather(dims, {
    indices: call.ints(1, "indices"),
    indicesDims: call.constant(1, "indices").shape,
    axis: call.attributes.int("axis", 0),
  }),
);

/** Resize to the nearest element; every other mode computes new values. */
export const resize = moving((call, dims) => {
  const { attributes } = call;
  const mode = attributes.text("mode", "nearest");
  if (mode !== "nearest")
    throw call.unsupported(`has the mode "${mode}"; "nearest" is supported`, "Resize to the nearest element.");
  attributes.float("cubic_coeff_a", 0);
  attributes.int("exclude_outside", 0);
  attributes.float("extrapolation_value", 0);
  const coordinateMode = attributes.text("coordinate_transformation_mode");
  if (coordinateMode === "tf_crop_and_resize")
    throw call.unsupported("fills what lies outside of its region", "Use Slice and another coordinate mode.");
  if (attributes.int("antialias", 0) !== 0) throw call.unsupported("smooths its result", "Set antialias to 0.");
  const list = (index: number, what: string) => {
    if (call.inputs[index] === undefined) return undefined;
    const tensor = call.constant(index, what);
    call.builder.book(elementCount(tensor.shape), call.node);
    const numbers = Array.from(readElements(tensor), Number);
    return numbers.length === 0 ? undefined : numbers;
  };
  return planResize(dims, {
    roi: list(1, "region"),
    scales: list(2, "scales"),
    sizes: list(3, "sizes"),
    axes: attributes.ints("axes"),
    coordinateMode,
    nearestMode: attributes.text("nearest_mode"),
    policy: attributes.text("keep_aspect_ratio_policy"),
  });
});

/** Split: one movement per output. */
export function split(call: Call): Value[] {
  const { attributes, node } = call;
  const axis = attributes.int("axis", 0);
  const sizes = call.optionalInts(1, "sizes");
  const outputs = attributes.int("num_outputs", node.output.length);
  const plans = planSplit(call.dims(0), sizes === undefined ? { axis, outputs } : { axis, sizes });
  if (plans.length !== node.output.length)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `splits into ${plans.length} parts but has ${node.output.length} outputs`,
      "Export the model again.",
    );
  return plans.map((plan) => moveValue(call, plan));
}

/** Pad, of bytes with a byte, of real numbers with a real number that is quantised as they are. */
export function pad(call: Call): Value[] {
  const value = call.value(0);
  const dims = call.dims(0);
  const mode = call.attributes.text("mode", "constant");
  const pads = call.ints(1, "pads");
  const axes = call.optionalInts(3, "axes");
  const constant = call.inputs[2] === undefined ? 0 : call.scalar(2, "constant");
  const plan = (fill: number) => planPad(dims, { pads, axes, mode, fill });
  if (value.kind === "exact") return [moveValue(call, plan(constant + (value.type === "int8" ? 128 : 0)))];
  if (!isReal(value)) return [moveValue(call, plan(0))];
  // A real 0 is the zero point; any other number is rounded, once the scale of the result is known.
  if (value.kind === "quantised" && constant === 0) return [moveValue(call, plan(value.zero))];
  return [movedReal(call, [value], plan, constant)];
}

/** Concat: of bytes whose scales are equal, of real numbers each requantised to the result's scale, or of constants that make a shape. */
export function concat(call: Call): Value[] {
  const axis = call.attributes.int("axis", 0);
  const plan = planConcat(
    call.inputs.map((_, index) => call.dims(index)),
    axis,
  );
  const reals = call.inputs.filter(isReal);
  if (reals.length === call.inputs.length) return [concatReals(call, reals, plan)];
  if (call.inputs.every((value) => value?.kind === "head" || value?.kind === "constant"))
    return [{ kind: "head", dims: plan.dims }];
  const exacts = call.inputs.map((_, index) => call.exact(index));
  const [first] = exacts;
  if (first === undefined || exacts.some(({ type }) => type !== first.type))
    throw call.refuse("EXACT_TYPE_UNSUPPORTED", "joins values of different types", "Quantise all of them to one type.");
  const scales = exacts.map(({ tensor }) => call.builder.quantisation(tensor)).filter((scale) => scale !== undefined);
  if (!alike(scales))
    throw call.refuse(
      "EXACT_SCALE_INVALID",
      "joins bytes of different scales",
      "Join them between DequantizeLinear and QuantizeLinear, or use QLinearConcat.",
    );
  const tensors = exacts.map(({ tensor }) => tensor);
  return [{ ...first, tensor: call.builder.move(plan, tensors, scales[0], [call.node]), dims: plan.dims }];
}

function concatReals(call: Call, reals: readonly Real[], plan: MovePlan): Value {
  const quantised = reals.filter((real) => real.kind === "quantised");
  const [first] = quantised;
  if (first === undefined || quantised.length !== reals.length || !alike(quantised))
    return movedReal(call, reals, () => plan, 0);
  const tensors = quantised.map(({ tensor }) => tensor);
  return { ...first, dims: plan.dims, tensor: call.builder.move(plan, tensors, first, [call.node]) };
}

function alike(all: readonly Quantisation[]): boolean {
  return all.every(({ scale, zero }) => scale === all[0]?.scale && zero === all[0].zero);
}
