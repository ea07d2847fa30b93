import { GliaError } from "../errors.ts";

/** The bytes are no ONNX model. */
export function malformed(reason: string, offset: number, cause?: unknown): GliaError {
  return new GliaError("ONNX_MALFORMED", `This is not an ONNX model: ${reason} (at byte ${offset}).`, {
    kind: "input",
    hint: "Check that the file is complete and was written by an ONNX exporter.",
    details: { offset },
    cause,
  });
}

/** The file is over one of the reader's limits. */
export function overLimit(code: string, what: string, limit: number): GliaError {
  return new GliaError(code, `The ONNX model has more than ${limit} ${what}.`, {
    kind: "input",
    hint: "Use a smaller model, or raise the limit if the file is your own.",
    details: { limit },
  });
}
