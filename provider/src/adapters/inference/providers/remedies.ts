const CUDA =
  "install the driver, CUDA 12 and cuDNN 9, and then the libraries that npm does not carry: " +
  "ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js";

const REMEDIES: Readonly<Record<string, string>> = {
  cuda: CUDA,
  tensorrt: `${CUDA}; and TensorRT 10`,
  webgpu: "install a Vulkan driver for the GPU (Linux x64), or use Windows or macOS",
  dml: "use Windows; DirectML is part of it",
  coreml: "use macOS; CoreML is part of it",
};

const GPU: ReadonlySet<string> = new Set(["cuda", "tensorrt", "webgpu"]);

/** What to do so that an execution provider works, as a sentence part. */
export function remedyFor(executionProvider: string): string {
  return REMEDIES[executionProvider] ?? "use one of cpu, webgpu, cuda, tensorrt, dml, coreml, as this system has them";
}

/** Whether a worker with this execution provider must see the machine's GPU devices and drivers. */
export function needsGpu(executionProvider: string): boolean {
  return GPU.has(executionProvider);
}
