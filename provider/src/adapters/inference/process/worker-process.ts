import type { GliaError } from "@glia/sdk";
import type { InferenceLimits } from "../limits.ts";
import type { ConfinedCommand } from "../sandbox/command.ts";
import { FRAME, frameHeader, OUTPUT_FRAME_BYTES } from "../worker/frames.ts";
import { type ConfinedProcess, startConfined } from "./confined-process.ts";
import { FrameQueue } from "./frame-queue.ts";
import { type Frame, FrameReader } from "./frame-reader.ts";
import { watchTree } from "./watchdog.ts";
import { type Phase, workerExit, workerFailure, workerNotStarted, workerProtocol } from "./worker-errors.ts";

/** Above this the node stops reading until its consumer caught up, in bytes. */
const QUEUE_BYTES = 4 * 1024 * 1024;
/** JSON and framing beside the outputs themselves. */
const FRAME_SLACK = 1024 * 1024;
/** How long one wait lasts before the deadline is looked at again, in milliseconds. */
const LOOK_MS = 1_000;

/** When to give up waiting, and with which error. Undefined: the worker owes nothing now. */
export type Deadline = () => { readonly at: number; readonly error: () => GliaError } | undefined;

/** One worker as the node sees it: frames in, frames out, and a named reason when it is gone. */
export class WorkerProcess {
  phase: Phase = "start";
  readonly #limits: InferenceLimits;
  readonly #process: ConfinedProcess;
  readonly #queue = new FrameQueue();
  readonly #stopWatching: () => void;
  #cause: Error | undefined;
  #ended = false;

  constructor(command: ConfinedCommand, limits: InferenceLimits) {
    this.#limits = limits;
    this.#process = startConfined(command);
    const { socket, pid, exited } = this.#process;
    this.#stopWatching = watchTree(pid, limits, (error) => this.kill(error));
    const reader = new FrameReader(Math.max(limits.maxOutputBytes, OUTPUT_FRAME_BYTES) + FRAME_SLACK);
    socket.on("data", (chunk: Buffer) => this.#read(reader, chunk));
    // A broken pipe is reported by the exit, which knows the reason.
    socket.on("error", () => undefined);
    exited.then(
      ({ code, signal }) => this.#end(() => workerExit(code, signal, this.phase, this.#process.stderr.text())),
      (error: unknown) => this.#end(() => workerNotStarted(error)),
    );
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** False once the process is gone or was told to go. */
  get alive(): boolean {
    return !this.#ended && this.#cause === undefined;
  }

  /** Settles when the process and its directory are gone; never rejects. */
  get gone(): Promise<void> {
    return this.#process.exited.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Kills the whole tree; `cause` is what whoever waits will get. The first cause wins. */
  kill(cause: Error): void {
    this.#cause ??= cause;
    this.#queue.abort(this.#cause);
    this.#stopWatching();
    this.#process.kill();
  }

  /** Puts bytes into the input window. Does nothing if the worker is dead; throws where the disk is full. */
  place(bytes: Uint8Array, position: number): void {
    if (this.alive) this.#process.input.write(bytes, position);
  }

  async sendJson(type: number, value: unknown): Promise<void> {
    await this.send(type, new TextEncoder().encode(JSON.stringify(value)));
  }

  /** Sends one frame and waits while the socket is full. Returns early if the worker dies; `next` then says why. */
  async send(type: number, payload: Uint8Array): Promise<void> {
    if (!this.alive) return;
    const { socket } = this.#process;
    socket.cork();
    socket.write(frameHeader(type, payload.length));
    const taken = socket.write(payload);
    socket.uncork();
    if (taken) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off("drain", done).off("close", done);
        resolve();
      };
      socket.on("drain", done).on("close", done);
    });
  }

  /** The next frame of one of the `expected` types. Kills the worker and throws at the deadline or for any other frame. */
  async next(expected: readonly number[], deadline: Deadline): Promise<Frame> {
    for (;;) {
      const frame = this.#queue.take();
      if (this.#queue.bytes < QUEUE_BYTES) this.#process.socket.resume();
      if (frame !== undefined) return this.#checked(frame, expected);
      const limit = deadline();
      const left = limit === undefined ? LOOK_MS : limit.at - performance.now();
      if (limit !== undefined && left <= 0) this.kill(limit.error());
      else await this.#queue.changed(Math.min(left, LOOK_MS));
    }
  }

  #checked(frame: Frame, expected: readonly number[]): Frame {
    if (expected.includes(frame.type)) return frame;
    const error =
      frame.type === FRAME.failed
        ? workerFailure(parseJson(frame.payload), this.#limits)
        : workerProtocol(`frame ${frame.type} where ${expected.join(" or ")} was due`);
    this.kill(error);
    throw error;
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    if (this.#cause !== undefined) return;
    try {
      reader.push(chunk, (frame) => this.#queue.push(frame));
    } catch (error) {
      this.kill(workerProtocol(error instanceof Error ? error.message : String(error)));
    }
    if (this.#queue.bytes > QUEUE_BYTES) this.#process.socket.pause();
  }

  #end(reason: () => GliaError): void {
    this.#ended = true;
    this.#stopWatching();
    this.#cause ??= reason();
    this.#queue.end(this.#cause);
  }
}

/** Parses what the worker wrote, which may be anything. Throws `WORKER_PROTOCOL` if it is no JSON. */
export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    throw workerProtocol("a message that is no JSON");
  }
}
