import { FRAME_HEADER_BYTES } from "../worker/frames.ts";

export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Cuts a stream of bytes into frames. `push` throws a RangeError for a frame above the cap, before storing any of it. */
export class FrameReader {
  readonly #maxPayload: number;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerFilled = 0;
  #payload: Uint8Array | undefined;
  #filled = 0;

  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload;
  }

  push(chunk: Uint8Array, emit: (frame: Frame) => void): void {
    for (let offset = 0; offset < chunk.length;) {
      if (this.#payload === undefined) {
        const take = Math.min(FRAME_HEADER_BYTES - this.#headerFilled, chunk.length - offset);
        this.#header.set(chunk.subarray(offset, offset + take), this.#headerFilled);
        this.#headerFilled += take;
        offset += take;
        if (this.#headerFilled < FRAME_HEADER_BYTES) return;
        this.#payload = new Uint8Array(this.#payloadLength());
        this.#filled = 0;
      }
      const take = Math.min(this.#payload.length - this.#filled, chunk.length - offset);
      this.#payload.set(chunk.subarray(offset, offset + take), this.#filled);
      this.#filled += take;
      offset += take;
      if (this.#filled < this.#payload.length) return;
      emit({ type: this.#header[4] ?? 0, payload: this.#payload });
      this.#payload = undefined;
      this.#headerFilled = 0;
    }
  }

  #payloadLength(): number {
    const length = new DataView(this.#header.buffer).getUint32(0, true);
    if (length > this.#maxPayload)
      throw new RangeError(`a frame of ${length} bytes; at most ${this.#maxPayload} are allowed`);
    return length;
  }
}
