import { readSignature } from "../../onnx/index.ts";
import type { ModelProto, TensorInfo } from "../../onnx/index.ts";
import { MAX_RANK } from "../../tensors/tensor.ts";
import { refuseModel } from "../errors.ts";
import type { Declared } from "./walk.ts";

/** Sizes for dynamic dimensions, by their names; one without a name is called "input:axis". */
export type DynamicDims = Readonly<Record<string, number>>;

/**
 * Dimensions that the file declares, with its dynamic ones filled in. A dynamic first dimension of an input (the batch) is 1 unless it is given.
 * @throws GliaError `EXACT_SHAPE_UNKNOWN` for another dynamic dimension of an input that is not given, and those of `readSignature`
 */
export function declaredDims(model: ModelProto, given: DynamicDims): Declared & { outputs: readonly TensorInfo[] } {
  const signature = readSignature(model);
  const sizes = new Map(Object.entries(given));
  for (const { shape } of signature.inputs) {
    const [first] = shape;
    if (typeof first === "string" && !sizes.has(first)) sizes.set(first, 1);
  }
  for (const { name, shape } of signature.inputs)
    if (shape.length > MAX_RANK)
      throw refuseModel(
        "EXACT_TOO_LARGE",
        `The input "${name}" has ${shape.length} dimensions; at most ${MAX_RANK} are allowed.`,
        "Export the model again.",
      );
  const inputs = signature.inputs.map(({ name, dtype, shape }) => ({
    name,
    dtype,
    dims: shape.map((size, axis) => {
      const key = typeof size === "string" ? size : `${name}:${axis}`;
      const known = typeof size === "number" ? size : (sizes.get(key) ?? (axis === 0 ? 1 : undefined));
      if (known !== undefined && Number.isSafeInteger(known) && known >= 1) return known;
      throw refuseModel(
        "EXACT_SHAPE_UNKNOWN",
        `The input "${name}" has a dimension "${key}" of ${known ?? "unknown"} size; an exact model has fixed sizes of at least 1.`,
        `Give its size: --dim ${key}=…`,
        { input: name, axis },
      );
    }),
  }));
  const dims = new Map<string, readonly number[]>();
  for (const { name, type } of model.graph?.valueInfo ?? []) {
    const shape = type?.tensorType?.shape?.dim.map(({ dimValue, dimParam }) =>
      dimValue === undefined ? sizes.get(dimParam) : Number(dimValue),
    );
    const whole = shape?.filter(
      (size): size is number => size !== undefined && Number.isSafeInteger(size) && size >= 1,
    );
    if (whole !== undefined && whole.length === shape?.length) dims.set(name, whole);
  }
  return { inputs, dims, outputs: signature.outputs };
}
