import { GliaError } from "../../../errors.ts";

/** An operator or attribute that no table can be made of. */
export function operatorUnsupported(operator: string, reason: string, hint: string): GliaError {
  return new GliaError("EXACT_OPERATOR_UNSUPPORTED", `${operator}: ${reason}.`, {
    kind: "input",
    hint,
    details: { operator },
  });
}

/** A function without a value at some input. */
export function tableUndefined(byte: number, x: number): GliaError {
  return new GliaError(
    "EXACT_TABLE_UNDEFINED",
    `The function has no value (NaN) at x = ${x}, which is the input byte ${byte}; every byte must have an output.`,
    {
      kind: "input",
      hint: "Clip the input to where the function is defined, such as positive numbers for Log.",
      details: { byte, x },
    },
  );
}

/** A scale that cannot be one. */
export function scaleInvalid(scale: number): GliaError {
  return new GliaError(
    "EXACT_SCALE_INVALID",
    `The scale ${scale} is not allowed; it must be a finite, positive, normal float32 (1.2e-38 to 3.4e38).`,
    { kind: "input", hint: "Calibrate the model again.", details: { scale } },
  );
}

/** A zero point outside the bytes. */
export function zeroPointInvalid(zero: number): GliaError {
  return new GliaError(
    "EXACT_ZERO_POINT_INVALID",
    `The zero point ${zero} is not allowed; it must be a whole number from 0 to 255.`,
    { kind: "input", hint: "Calibrate the model again.", details: { zero } },
  );
}
