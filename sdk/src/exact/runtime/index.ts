export { sessionOptions } from "./ort.ts";
export type { OrtModule, OrtSession, OrtTensor } from "./ort.ts";
export { createExactRunner } from "./runner.ts";
export type { ExactRunner, ExactRunnerOptions } from "./runner.ts";
export type { FailedNode, SelfTestProgress, SelfTestReport } from "./self-test.ts";
export { segmentOf, toOnnx } from "./to-onnx.ts";
export type { Segment } from "./to-onnx.ts";
export { toLogical, toPhysical } from "../order.ts";
