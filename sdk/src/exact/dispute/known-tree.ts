import { bytesToHex, hexToBytes } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import type { Keccak } from "../commit/keccak.ts";
import { innerHash } from "../commit/tree.ts";
import { LEAF, WORD } from "../commit/words.ts";
import type { FullTree, Tree } from "./tree.ts";

/**
 * What has been shown below hashes of somebody else's trees. Only what hashes to its own name is kept, so nothing in here can be a lie,
 * and one store serves all trees.
 */
export class Preimages {
  readonly #keccak: Keccak;
  readonly #pairs = new Map<Hex, readonly [Hex, Hex]>();
  readonly #leaves = new Map<Hex, Uint8Array>();

  constructor(keccak: Keccak) {
    this.#keccak = keccak;
  }

  /**
   * Learns the hashes that stand 1 to 20 levels below `hash`, from left to right: 2^levels of them.
   * @throws GliaError `DISPUTE_SHOWN_WRONG` if they do not lead to it; nothing is learned then.
   */
  learn(hash: Hex, children: readonly Hex[]): void {
    const levels = Math.log2(children.length);
    if (!Number.isInteger(levels) || levels < 1 || levels > 20 || !children.every(isHash))
      throw wrongShown(hash, `${children.length} children; a power of two of them, 32 bytes each, can be`);
    const learned: [Hex, readonly [Hex, Hex]][] = [];
    let level = children.map((child) => child.toLowerCase() as Hex);
    while (level.length > 1) {
      const below = level;
      level = [];
      for (let i = 0; i < below.length; i += 2) {
        const pair = [below[i] ?? hash, below[i + 1] ?? hash] as const;
        const parent = bytesToHex(innerHash(this.#keccak, hexToBytes(pair[0]), hexToBytes(pair[1])));
        learned.push([parent, pair]);
        level.push(parent);
      }
    }
    if (level[0] !== hash.toLowerCase()) throw wrongShown(hash, `hashes that lead to ${level[0] ?? "nothing"}; those`);
    for (const [parent, pair] of learned) this.#pairs.set(parent, pair);
  }

  /**
   * Learns the 128 bytes of a leaf.
   * @throws GliaError `DISPUTE_SHOWN_WRONG` if they do not hash to it.
   */
  learnLeaf(hash: Hex, bytes: Uint8Array): void {
    if (bytes.length !== LEAF) throw wrongShown(hash, `a leaf of ${bytes.length} bytes, not ${LEAF}; the one`);
    const found = bytesToHex(this.#keccak.hash(Uint8Array.of(0, ...bytes)));
    if (found !== hash.toLowerCase()) throw wrongShown(hash, `a leaf that hashes to ${found}; the one`);
    this.#leaves.set(found, bytes.slice());
  }

  /** The two hashes below a hash, where they were shown. */
  below(hash: Hex): readonly [Hex, Hex] | undefined {
    return this.#pairs.get(hash);
  }

  /** The bytes of the leaf with this hash, where they were shown. */
  leafOf(hash: Hex): Uint8Array | undefined {
    return this.#leaves.get(hash);
  }
}

/**
 * The tree of this depth under a root of which no more is known than what was shown, and what it shares with one's own.
 * @param own a tree of the same depth: below a hash that is the same in both, at the same place, everything is
 */
export function knownTree(root: Hex, depth: number, shown: Preimages, own?: FullTree): Tree {
  const start = root.toLowerCase() as Hex;
  const walk = (height: number, index: number): { hash: Hex; same: boolean } | undefined => {
    if (!(height >= 0 && height <= depth && index >= 0 && index < 2 ** (depth - height))) return undefined;
    let node: Hex | undefined = start;
    for (let level = depth; node !== undefined; level--) {
      const at = Math.floor(index / 2 ** (level - height));
      if (own?.hash(level, at) === node) return { hash: own.hash(height, index), same: true };
      if (level === height) return { hash: node, same: false };
      node = shown.below(node)?.[Math.floor(index / 2 ** (level - 1 - height)) % 2];
    }
    return undefined;
  };
  const leaf = (index: number): Uint8Array | undefined => {
    const found = walk(0, index);
    return found?.same === true ? own?.leaf(index) : found && shown.leafOf(found.hash);
  };
  return { root: start, depth, hash: (height, index) => walk(height, index)?.hash, leaf };
}

const isHash = (text: Hex): boolean => /^0x[0-9a-f]{64}$/i.test(text) && text.length === 2 + 2 * WORD;

function wrongShown(hash: Hex, what: string): GliaError {
  return new GliaError("DISPUTE_SHOWN_WRONG", `Below ${hash} somebody showed ${what} that stand there.`, {
    kind: "verification",
    hint: "Ask somebody else, or demand it on chain: the contract takes nothing that does not hash to what was asked for.",
    details: { hash },
  });
}
