import type { Channel } from "./channel.ts";
import { WorkerFailure } from "./failure.ts";
import { FLUSH_INTERVAL_MS, FRAME, OUTPUT_FRAME_BYTES, type TensorLayout, uint32 } from "./frames.ts";

/** A tensor as it came out of ONNX Runtime. */
export interface OutputTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** Gathers the items' outputs, checks that all are shaped alike, and sends them in frames of moderate size. */
export class OutputWriter {
  readonly #channel: Channel;
  readonly #names: readonly string[];
  readonly #maxBytes: number;
  readonly #staging = new Uint8Array(OUTPUT_FRAME_BYTES);
  #outline: readonly TensorLayout[] | undefined;
  #staged = 0;
  #count = 0;
  #total = 0;
  #lastFlush = performance.now();

  constructor(channel: Channel, names: readonly string[], maxBytes: number) {
    this.#channel = channel;
    this.#names = names;
    this.#maxBytes = maxBytes;
  }

  add(item: number, outputs: Readonly<Record<string, OutputTensor>>): void {
    const tensors = this.#names.map((name) => existing(outputs[name], name, item));
    if (this.#outline === undefined) this.#declare(tensors);
    else checkOutline(this.#outline, item, tensors);
    const parts = tensors.map((tensor) => bytesOf(tensor, item));
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    this.#total += size;
    if (this.#total > this.#maxBytes) {
      const message = `outputs up to item ${item} take ${this.#total} bytes; at most ${this.#maxBytes} are allowed`;
      throw new WorkerFailure({ reason: "output-size", message, item });
    }
    if (this.#staged + size > OUTPUT_FRAME_BYTES) this.flush();
    if (size > OUTPUT_FRAME_BYTES) {
      this.#channel.writeFrame(FRAME.output, uint32(1), ...parts);
      this.#lastFlush = performance.now();
      return;
    }
    for (const part of parts) {
      this.#staging.set(part, this.#staged);
      this.#staged += part.length;
    }
    this.#count += 1;
    if (performance.now() - this.#lastFlush > FLUSH_INTERVAL_MS) this.flush();
  }

  flush(): void {
    this.#lastFlush = performance.now();
    if (this.#count === 0) return;
    this.#channel.writeFrame(FRAME.output, uint32(this.#count), this.#staging.subarray(0, this.#staged));
    this.#count = 0;
    this.#staged = 0;
  }

  #declare(tensors: readonly OutputTensor[]): void {
    this.#outline = tensors.map(({ type, dims }, i) => ({ name: this.#names[i] ?? "", dtype: type, shape: [...dims] }));
    this.#channel.writeJson(FRAME.outline, this.#outline);
  }
}

function checkOutline(outline: readonly TensorLayout[], item: number, tensors: readonly OutputTensor[]): void {
  outline.forEach(({ name, dtype, shape }, i) => {
    const tensor = tensors[i];
    if (tensor === undefined || (dtype === tensor.type && sameShape(shape, tensor.dims))) return;
    const message = `output ${name} of item ${item} is ${tensor.type}[${tensor.dims.join()}] but that of item 0 is ${dtype}[${shape.join()}]; all items of a batch must have outputs of one shape`;
    throw new WorkerFailure({ reason: "output-shape", message, item });
  });
}

function existing(tensor: OutputTensor | undefined, name: string, item: number): OutputTensor {
  if (tensor !== undefined) return tensor;
  throw new WorkerFailure({ reason: "output-type", message: `the model gave no output ${name}`, item });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function bytesOf(tensor: OutputTensor, item: number): Uint8Array {
  const data = tensor.data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new WorkerFailure({
    reason: "output-type",
    message: `an output of type ${tensor.type} is no tensor of numbers`,
    item,
  });
}
