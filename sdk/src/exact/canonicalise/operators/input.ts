import type { Call } from "../call.ts";
import { onGrid } from "./elementwise.ts";
import type { QuantisedReal } from "../value.ts";

/**
 * An input that is real numbers straight from a DequantizeLinear (perhaps moved since).
 * @throws GliaError `EXACT_NOT_QUANTISED`
 */
export function quantisedInput(call: Call, index: number): QuantisedReal {
  const value = call.value(index);
  if (value.kind === "quantised") return value;
  const moved = value.kind === "unary" ? onGrid(call, value) : undefined;
  if (moved !== undefined) return moved;
  if (value.kind === "opaque") throw value.error;
  throw call.refuse(
    "EXACT_NOT_QUANTISED",
    `reads "${call.node.input[index] ?? ""}", which is not quantised; every product and sum needs inputs of 8 bits`,
    "Put QuantizeLinear and DequantizeLinear before the node.",
  );
}
