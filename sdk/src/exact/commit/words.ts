/** Bytes of a word, of a hash. */
export const WORD = 32;
/** Bytes of a leaf: four words fill one block of keccak (136 bytes). */
export const LEAF = 128;

/** Words in their order, made when they are asked for, so that committing to a tensor or to filters never copies the whole of them. */
export interface Words {
  readonly count: number;
  /** Writes words `first` to `first + count - 1` into `into` from `at` on, 32 bytes each, which the caller has filled with 0. */
  readonly read: (first: number, count: number, into: Uint8Array, at: number) => void;
}

/** Number of leaves that hold the words; the last one is filled up with 0. */
export function leavesOf(words: number): number {
  return Math.ceil((words * WORD) / LEAF);
}

/** Bytes as words, the last one filled up with 0: tables. */
export function byteWords(bytes: Uint8Array): Words {
  return {
    count: Math.ceil(bytes.length / WORD),
    read: (first, count, into, at) => into.set(bytes.subarray(first * WORD, (first + count) * WORD), at),
  };
}

/** Numbers of 32 bits as words, big-endian, the last one filled up with 0: sources of a select. */
export function uint32Words(values: Uint32Array): Words {
  const perWord = WORD / 4;
  return {
    count: Math.ceil(values.length / perWord),
    read: (first, count, into, at) => {
      const view = new DataView(into.buffer, into.byteOffset);
      values
        .subarray(first * perWord, (first + count) * perWord)
        .forEach((value, i) => view.setUint32(at + 4 * i, value, false));
    },
  };
}

/** Writes leaves `first` to `first + count - 1`, 128 bytes each, to the start of `into`. */
export function readLeaves(words: Words, first: number, count: number, into: Uint8Array): void {
  into.fill(0, 0, count * LEAF);
  const perLeaf = LEAF / WORD;
  const from = first * perLeaf;
  words.read(from, Math.min(words.count - from, count * perLeaf), into, 0);
}
