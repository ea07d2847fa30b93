/** Bytes of a word, of a hash. */
export const WORD = 32;
/** Bytes of a leaf: four words fill one block of keccak (136 bytes). */
export const LEAF = 128;

/** Words in their order, made one at a time, so that committing to a tensor or to filters never copies the whole of them. */
export interface Words {
  readonly count: number;
  /** Writes word `index` into 32 bytes of `into` from `at` on, which the caller has filled with 0. */
  read(index: number, into: Uint8Array, at: number): void;
}

/** Number of leaves that hold the words; the last one is filled up with 0. */
export function leavesOf(words: number): number {
  return Math.ceil((words * WORD) / LEAF);
}

/** Bytes as words, the last one filled up with 0: tables. */
export function byteWords(bytes: Uint8Array): Words {
  return {
    count: Math.ceil(bytes.length / WORD),
    read: (index, into, at) => into.set(bytes.subarray(index * WORD, (index + 1) * WORD), at),
  };
}

/** Numbers of 32 bits as words, big-endian, the last one filled up with 0: sources of a select. */
export function uint32Words(values: Uint32Array): Words {
  const perWord = WORD / 4;
  return {
    count: Math.ceil(values.length / perWord),
    read: (index, into, at) => {
      const view = new DataView(into.buffer, into.byteOffset);
      values
        .subarray(index * perWord, (index + 1) * perWord)
        .forEach((value, i) => view.setUint32(at + 4 * i, value, false));
    },
  };
}

/** Writes leaf `index`, 128 bytes, into `into` from `at` on. */
export function readLeaf(words: Words, index: number, into: Uint8Array, at: number): void {
  into.fill(0, at, at + LEAF);
  const first = (index * LEAF) / WORD;
  const end = Math.min(words.count, first + LEAF / WORD);
  for (let word = first; word < end; word++) words.read(word, into, at + (word - first) * WORD);
}
