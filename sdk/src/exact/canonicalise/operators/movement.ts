import type { Call } from "../call.ts";
import {
  planConcat,
  planFlatten,
  planIdentity,
  planReshape,
  planSqueeze,
  planTranspose,
  planUnsqueeze,
} from "../move/index.ts";
import type { MovePlan } from "../move/index.ts";
import { moveConstant } from "../constants.ts";
import { isReal } from "../value.ts";
import type { Real, Value } from "../value.ts";

type Plan = (call: Call, dims: readonly number[]) => MovePlan;

/** An operator that moves the elements of its first input. */
function moving(plan: Plan): (call: Call) => Value[] {
  return (call) => [moveValue(call, plan(call, call.dims(0)))];
}

/** Moves whatever the first input is. */
export function moveValue(call: Call, plan: MovePlan): Value {
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
    case "exact":
      return {
        ...value,
        dims: plan.dims,
        tensor: builder.move(plan, [value.tensor], builder.quantisation(value.tensor), [node]),
      };
    case "quantised":
      return { ...value, dims: plan.dims, tensor: builder.move(plan, [value.tensor], value, [node]) };
    default:
      return { kind: "moved", of: [value], plan: () => plan, fill: 0, dims: plan.dims, from: [node] };
  }
}

const axesOf = (call: Call) => call.optionalInts(1, "axes");

export const identity = moving((call, dims) => {
  call.attributes.float("ratio", 0);
  call.attributes.int("seed", 0);
  return planIdentity(dims);
});
export const reshape = moving((call, dims) =>
  planReshape(dims, call.ints(1, "shape"), call.attributes.int("allowzero", 0) !== 0),
);
export const flatten = moving((call, dims) => planFlatten(dims, call.attributes.int("axis", 1)));
export const squeeze = moving((call, dims) => planSqueeze(dims, axesOf(call)));
export const unsqueeze = moving((call, dims) => planUnsqueeze(dims, call.ints(1, "axes")));
export const transpose = moving((call, dims) => planTranspose(dims, call.attributes.ints("perm")));

/** Concat: of bytes whose scales are equal, of real numbers each requantised to the result's scale, or of constants that make a shape. */
export function concat(call: Call): Value[] {
  const { builder, node } = call;
  const axis = call.attributes.int("axis", 0);
  const plan = planConcat(
    call.inputs.map((_, index) => call.dims(index)),
    axis,
  );
  const values = call.inputs.map((_, index) => call.value(index));
  const reals = values.filter(isReal);
  if (reals.length === values.length) return [concatReals(call, reals, plan)];
  const exacts = values.map((_, index) => call.exact(index));
  const [first] = exacts;
  if (first === undefined || exacts.some(({ type }) => type !== first.type))
    throw call.refuse("EXACT_TYPE_UNSUPPORTED", "joins values of different types", "Quantise all of them to one type.");
  const scales = exacts.map(({ tensor }) => builder.quantisation(tensor));
  const [common] = scales;
  if (
    scales.some(
      (own) => own !== undefined && common !== undefined && (own.scale !== common.scale || own.zero !== common.zero),
    )
  )
    throw call.refuse(
      "EXACT_SCALE_INVALID",
      "joins bytes of different scales",
      "Join them between DequantizeLinear and QuantizeLinear, or use QLinearConcat.",
    );
  const tensor = builder.move(
    plan,
    exacts.map((value) => value.tensor),
    common,
    [node],
  );
  return [{ ...first, tensor, dims: plan.dims }];
}

function concatReals(call: Call, reals: readonly Real[], plan: MovePlan): Value {
  const [first] = reals;
  const alike = reals.flatMap((real) => (real.kind === "quantised" ? [real] : []));
  if (
    first?.kind === "quantised" &&
    alike.length === reals.length &&
    alike.every(({ scale, zero }) => scale === first.scale && zero === first.zero)
  )
    return {
      ...first,
      dims: plan.dims,
      tensor: call.builder.move(
        plan,
        alike.map(({ tensor }) => tensor),
        first,
        [call.node],
      ),
    };
  return { kind: "moved", of: reals, plan: () => plan, fill: 0, dims: plan.dims, from: [call.node] };
}
