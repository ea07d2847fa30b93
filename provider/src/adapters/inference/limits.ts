import { availableParallelism } from "node:os";

/** What one model may cost the machine that runs it. Every field is enforced; each violation has an error code of its own. */
export interface InferenceLimits {
  /** Size of the ONNX file, in bytes. */
  readonly maxModelBytes: number;
  /** Messages nested inside each other in the ONNX file; each subgraph takes three. */
  readonly maxDepth: number;
  /** Nodes of all graphs together. ONNX Runtime takes about 0.1 ms to load each. */
  readonly maxNodes: number;
  /** Iterations of all nested loops together, as written in the file. */
  readonly maxLoopTrips: number;
  /** Declared inputs, and declared outputs, of the model. */
  readonly maxInputs: number;
  /** Bytes of any one tensor whose size the file fixes. */
  readonly maxTensorBytes: number;
  /** Bytes of all tensors together whose size the file fixes. */
  readonly maxStaticBytes: number;
  /** Resident memory of the worker's process tree, in bytes, the model's own weights included. */
  readonly memoryBytes: number;
  /** Wall clock for starting the worker and loading the model, in milliseconds. */
  readonly loadMs: number;
  /** Wall clock for one item, in milliseconds. */
  readonly itemMs: number;
  /** Bytes of all outputs of one run. */
  readonly maxOutputBytes: number;
  /** Processor time of one worker's whole life, in seconds; an idle worker that used half of it is replaced. */
  readonly cpuSeconds: number;
  /** Processes in the worker's tree, and threads where the kernel counts them per sandbox. */
  readonly maxProcesses: number;
  /** Open files per process. */
  readonly maxOpenFiles: number;
  /** Bytes of any file that the worker may write. */
  readonly maxFileBytes: number;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Limits of a node whose operator set none: a model of half a gibibyte, four gibibytes of memory, half a minute per item. */
export const DEFAULT_LIMITS: InferenceLimits = {
  maxModelBytes: 512 * MIB,
  maxDepth: 48,
  maxNodes: 20_000,
  maxLoopTrips: 4_096,
  maxInputs: 64,
  maxTensorBytes: GIB,
  maxStaticBytes: 3 * GIB,
  memoryBytes: 4 * GIB,
  loadMs: 60_000,
  itemMs: 30_000,
  maxOutputBytes: GIB,
  cpuSeconds: 6 * 3_600,
  maxProcesses: 64 + 2 * availableParallelism(),
  maxOpenFiles: 256,
  maxFileBytes: 0,
};
