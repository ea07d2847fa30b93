/** Next steps in this command's own words, where the SDK's name no option; by error code. */
const HINTS: Readonly<Record<string, string>> = {
  IMAGE_SIZE_MISMATCH: "Add --resize to stretch pictures, or crop and scale them yourself.",
  TENSOR_DTYPE_MISMATCH: "Add --cast to convert the numbers, or save the array in the model's own type.",
  INPUT_AMBIGUOUS: "Say which input each file is for: --input inputName=file",
  OUTPUT_UNKNOWN: "Leave --labels and --top away, or write the outputs to a file with --output.",
  EXACT_CLIENT_OPERATOR: "Add --opaque to run the file as it is, or cut the model before this node.",
  LABELS_MISMATCH: "Give a file with one class name per line, as many as the model has scores.",
};

/** What to do about an error of this code, by the options of `glia`; else `hint`. */
export function hintFor(code: string, hint: string | undefined): string | undefined {
  return Object.hasOwn(HINTS, code) ? HINTS[code] : hint;
}
