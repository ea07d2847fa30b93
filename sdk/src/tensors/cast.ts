import { fromElements, readElements } from "./elements.ts";
import type { DType } from "./dtype.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The same numbers in another type. Floats may be rounded; integers must fit exactly.
 * @throws GliaError `TENSOR_VALUE_OUT_OF_RANGE` naming the first value that the target cannot hold.
 */
export function castTensor(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === dtype ? tensor : fromElements(dtype, tensor.shape, readElements(tensor));
}
