/** The parts of ONNX Runtime's JavaScript interface that are used; onnxruntime-node and onnxruntime-web both have them. */
export interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** ONNX Runtime itself, handed in by the caller. What is known about it was measured with onnxruntime-node 1.30.0. */
export interface OrtModule {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OrtSession> };
  readonly Tensor: new (type: "uint8", data: Uint8Array, dims: readonly number[]) => OrtTensor;
}

/**
 * Settings under which ONNX Runtime computes what the canonical graph says: no fusion and no rewriting, on the CPU.
 * @param threads threads inside an operator
 */
export function sessionOptions(threads: number): object {
  return {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "disabled",
    executionMode: "sequential",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown, and reported by the self-test; nothing has to be written to the console as well.
    logSeverityLevel: 4,
    extra: { session: { disable_quant_qdq: "1" } },
  };
}
