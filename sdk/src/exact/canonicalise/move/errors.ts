import { GliaError } from "../../../errors.ts";

/** A movement operator that contradicts itself or its input. */
export function moveInvalid(operator: string, reason: string, hint = "Check the model with onnx.checker."): GliaError {
  return new GliaError("EXACT_MOVE_INVALID", `${operator}: ${reason}.`, { kind: "input", hint, details: { operator } });
}

/** A movement operator that is meaningful, but that an exact model does not have. */
export function moveUnsupported(operator: string, reason: string, hint: string): GliaError {
  return new GliaError("EXACT_MOVE_UNSUPPORTED", `${operator}: ${reason}.`, {
    kind: "input",
    hint,
    details: { operator },
  });
}

/** A tensor beyond what an exact model may hold. */
export function tensorTooLarge(operator: string, dims: readonly number[], limit: number): GliaError {
  return new GliaError(
    "EXACT_TENSOR_TOO_LARGE",
    `${operator}: a tensor of the dimensions [${dims.join(", ")}] has more than ${limit} elements.`,
    { kind: "input", hint: "Use a smaller input or a smaller model.", details: { operator, dims, limit } },
  );
}
