/** How far feeding and answering got; the clock of an item runs only while the worker has a whole one to work on. */
export class Progress {
  sentBytes = 0;
  done = 0;
  #busySince: number | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  readonly #itemBytes: number;

  constructor(bytesPerItem: number) {
    this.#itemBytes = bytesPerItem;
  }

  sent(bytes: number): void {
    this.sentBytes += bytes;
    if (this.#owes()) this.#busySince ??= performance.now();
  }

  finished(items: number): void {
    this.done += items;
    this.#busySince = this.#owes() ? performance.now() : undefined;
    this.#wake?.();
  }

  /** Nothing will be finished any more: whoever waits for room need not. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Waits until bytes of the input window are free, and says how many; 0 once stopped. For one waiter at a time. */
  async room(windowBytes: number): Promise<number> {
    for (;;) {
      if (this.#stopped) return 0;
      const free = this.done * this.#itemBytes + windowBytes - this.sentBytes;
      if (free > 0) return free;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Since when the worker owes an item; undefined if it has none to work on. */
  get busySince(): number | undefined {
    return this.#busySince;
  }

  #owes(): boolean {
    return this.#itemBytes === 0 || Math.floor(this.sentBytes / this.#itemBytes) > this.done;
  }
}
