/** The public API of `@glia/sdk` for browsers and Node; each folder's own index names what it gives. */
export * from "./assurance/index.ts";
export * from "./chain/index.ts";
export * from "./commitments/index.ts";
export { EXIT_CODES, GliaError } from "./errors.ts";
export type { ErrorKind, GliaErrorOptions } from "./errors.ts";
export * from "./market/index.ts";
export * from "./onnx/index.ts";
export * from "./storage/index.ts";
export * from "./tensors/index.ts";
