/** How far feeding and answering got; the clock of an item runs only while the worker has a whole one to work on. */
export class Progress {
  sentBytes = 0;
  done = 0;
  #busySince: number | undefined;
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
  }

  /** Since when the worker owes an item; undefined if it has none to work on. */
  get busySince(): number | undefined {
    return this.#busySince;
  }

  #owes(): boolean {
    return this.#itemBytes === 0 || Math.floor(this.sentBytes / this.#itemBytes) > this.done;
  }
}
