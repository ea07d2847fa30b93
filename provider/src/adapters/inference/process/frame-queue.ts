import type { Frame } from "./frame-reader.ts";

/** Frames that arrived and were not yet taken, and the one consumer that waits for the next. */
export class FrameQueue {
  readonly #frames: Frame[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** Payload bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.payload.length;
    this.#wake?.();
  }

  /** Once the frames that are here were taken, every `take` fails. */
  end(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Like `end`, and at once: what a worker that must die still had to say is worth nothing. */
  abort(error: Error): void {
    this.#frames.length = 0;
    this.#bytes = 0;
    this.end(error);
  }

  /** The next frame, or undefined if none is there yet. Throws the failure, if there was one. */
  take(): Frame | undefined {
    const frame = this.#frames.shift();
    if (frame !== undefined) this.#bytes -= frame.payload.length;
    else if (this.#failure !== undefined) throw this.#failure;
    return frame;
  }

  /** Resolves when `take` has something new to say, or after `ms` milliseconds. */
  changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
