/**
 * The protocol between node and worker, over one stream socket and one file.
 *
 * A frame is `uint32 LE payload length · uint8 type · 3 zero bytes · payload`. After a `begin` frame the node puts the
 * items' raw bytes into the input window, a file of `slots × itemBytes` bytes where item i lies at slot `i mod slots`, and
 * says with `input` frames how many more are there; the worker answers with one `outline` and then `output` frames until
 * all items are done. A slot is used again once its item's outputs arrived.
 */
export const FRAME_HEADER_BYTES = 8;

/** Descriptor of the socket in the worker. Standard output and error are not part of the protocol. */
export const CHANNEL_FD = 3;

/** Descriptor of the input window in the worker, open for reading only. */
export const INPUT_FD = 4;

/** The worker reports at least this often while items get done, in milliseconds. */
export const FLUSH_INTERVAL_MS = 50;

/** Outputs are gathered up to this many bytes per frame. */
export const OUTPUT_FRAME_BYTES = 256 * 1024;

export const FRAME = {
  /** node → worker: JSON {@link LoadRequest}; the model's bytes follow in one `model` frame. */
  load: 1,
  /** node → worker: the ONNX file, or an `ExactModel` as `v8.serialize` writes it; see {@link LoadRequest.exact}. */
  model: 2,
  /** node → worker: JSON {@link BeginRequest}. */
  begin: 3,
  /** node → worker: `uint32 LE count` of further items that lie whole in the input window. */
  input: 4,
  /** worker → node: JSON {@link Hello}, once, when the runtime is loaded. */
  hello: 16,
  /** worker → node: the session is made; the payload is empty, or for an exact model JSON {@link ExactSelfTest}. */
  loaded: 17,
  /** worker → node: JSON array of {@link TensorLayout}: every item's outputs have these names, types and shapes. */
  outline: 18,
  /** worker → node: `uint32 LE count` of whole items, then their outputs' bytes. */
  output: 19,
  /** worker → node: JSON {@link Failure}; the worker exits after it. */
  failed: 20,
} as const;

/** One tensor of an item. `dtype` is named as in the SDK's tensors. */
export interface TensorLayout {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** How to make the session. */
export interface LoadRequest {
  /** ONNX Runtime's own names, in order of preference. */
  readonly executionProviders: readonly string[];
  /** Threads inside one operator; 0 lets ONNX Runtime choose. */
  readonly threads: number;
  readonly optimisation: "disabled" | "basic" | "extended" | "all";
  /** Fail where an operator has no kernel on the first provider, instead of running it on the processor. */
  readonly strictProvider: boolean;
  /** The model is an exact one: it runs as the law says, on the processor, and the two settings before this one do not count. */
  readonly exact: boolean;
  /** Of an exact model give every node's output, numbered, in physical order, and not the model's outputs: what answers in a dispute are made from. */
  readonly trace?: boolean;
}

/** What an exact model's self-test on this machine found. */
export interface ExactSelfTest {
  readonly nodes: number;
  /** Nodes that ONNX Runtime computes otherwise than the law; they run by the law. */
  readonly byLaw: readonly { readonly node: number; readonly kind: string; readonly reason: string }[];
}

/** One batch. */
export interface BeginRequest {
  readonly items: number;
  readonly itemBytes: number;
  /** Items that fit into the input window at once; at least 1. */
  readonly slots: number;
  readonly inputs: readonly TensorLayout[];
  /** Bytes of all outputs together that the node will take. */
  readonly maxOutputBytes: number;
}

export interface Hello {
  /** Names of the execution providers in this build of ONNX Runtime. */
  readonly backends: readonly string[];
}

/** Why the worker gave up; `item` where one item was to blame. */
export interface Failure {
  readonly reason: "load" | "run" | "memory" | "output-size" | "output-shape" | "output-type" | "protocol";
  readonly message: string;
  readonly item?: number;
}

/** Writes a frame's header; the payload follows it on the wire. */
export function frameHeader(type: number, payloadBytes: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  header.set(uint32(payloadBytes));
  header[4] = type;
  return header;
}

/** Payload of the frames that begin with a count. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The count at the start of a frame's payload. Throws a RangeError if the payload is shorter. */
export function readUint32(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
}
