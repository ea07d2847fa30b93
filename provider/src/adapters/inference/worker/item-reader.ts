import { type BeginRequest, INPUT_FD } from "./frames.ts";
import { readFully } from "./read-fully.ts";

/** Small items are read many at a time: a system call costs as much as copying several kilobytes. */
const HELD_BYTES = 256 * 1024;

/** Takes items out of the input window, in order. */
export class ItemReader {
  readonly #itemBytes: number;
  readonly #slots: number;
  /** The items from `#first` up to `#end`, side by side. */
  readonly #held: Uint8Array;
  #first = 0;
  #end = 0;

  constructor({ itemBytes, slots, items }: Pick<BeginRequest, "itemBytes" | "slots" | "items">) {
    this.#itemBytes = itemBytes;
    this.#slots = slots;
    const most = Math.floor(HELD_BYTES / Math.max(1, itemBytes));
    this.#held = new Uint8Array(Math.min(most, slots, items) * itemBytes);
  }

  /** Fills `targets` with the item's tensors; all items below `ready` may be read ahead. */
  read(item: number, ready: number, targets: readonly Uint8Array[]): void {
    const position = (item % this.#slots) * this.#itemBytes;
    if (this.#held.length === 0) this.#readDirectly(position, targets);
    else {
      if (item >= this.#end) this.#hold(item, ready, position);
      let offset = (item - this.#first) * this.#itemBytes;
      for (const target of targets) target.set(this.#held.subarray(offset, (offset += target.length)));
    }
  }

  #hold(item: number, ready: number, position: number): void {
    const most = this.#held.length / this.#itemBytes;
    const count = Math.min(most, ready - item, this.#slots - (item % this.#slots));
    take(this.#held.subarray(0, count * this.#itemBytes), position);
    this.#first = item;
    this.#end = item + count;
  }

  #readDirectly(position: number, targets: readonly Uint8Array[]): void {
    for (const target of targets) {
      take(target, position);
      position += target.length;
    }
  }
}

function take(target: Uint8Array, position: number): void {
  if (!readFully(INPUT_FD, target, position)) throw new Error("the input window is shorter than its items");
}
