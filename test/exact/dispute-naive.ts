/**
 * A reader of proofs, written from docs/EXACT.md ("Commitments", "Proofs") alone: ethers for the hash, plain lists, everything spelt out.
 * It shares nothing with the writer but the types of the claim.
 */
import { concat, dataSlice, getBytes, keccak256 } from "ethers";
import type { Claim } from "../../sdk/src/exact/dispute/index.ts";

type Hex = string;

export class Malformed extends Error {}
export class WrongRoot extends Error {}
export class WrongKind extends Error {}

export interface Shape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
}

export const sizeOf = ({ n, h, w, c }: Shape): number => n * h * w * c;

/** s(c) of the layout. */
export function stride(c: number): number {
  return [1, 2, 4, 8, 16].find((power) => c <= power) ?? 32 * Math.ceil(c / 32);
}
export const byteOf = ({ c }: Shape, element: number): number => Math.floor(element / c) * stride(c) + (element % c);
export const leavesOf = (bytes: number): number => Math.ceil(bytes / 128);
export const layoutBytes = ({ n, h, w, c }: Shape): number => n * h * w * stride(c);

function depthOf(leaves: number): number {
  let depth = 0;
  for (let size = 1; size < leaves; size *= 2) depth++;
  return depth;
}

/** Fields of a record, as they are asked for. */
export class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.slice(this.#at, (this.#at += 4));
    return ((a * 256 + b) * 256 + c) * 256 + d;
  }
  signed(): number {
    return this.next() | 0;
  }
  float(): number {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, this.next());
    return view.getFloat32(0);
  }
  many(count: number): number[] {
    return Array.from({ length: count }, () => this.next());
  }
  shape(): Shape {
    const [n = 0, h = 0, w = 0, c = 0] = this.many(4);
    return { n, h, w, c };
  }
  hash(): Hex {
    return dataSlice(this.#bytes.slice(this.#at, (this.#at += 32)), 0);
  }
}

/** The bytes of opened leaves, by their place in the tree. */
export type Opened = ReadonlyMap<number, number>;

export interface Input {
  readonly tensor: number;
  readonly shape: Shape;
}

/** A proof that is read from front to end. */
export class NaiveProof {
  readonly question: number;
  readonly node: number;
  readonly element: number;
  readonly position: number;
  readonly claim: Claim;
  readonly #words: Hex[];
  /** What tied the node's own output to the trace. */
  #siblings: readonly Hex[] = [];
  readonly kind: number = 0;
  readonly output: Shape = { n: 0, h: 0, w: 0, c: 0 };
  readonly inputs: readonly Input[] = [];
  /** What follows the inputs in the record. */
  readonly rest: Fields = new Fields(new Uint8Array());

  constructor(claim: Claim, proof: Hex) {
    const bytes = getBytes(proof);
    if (bytes.length % 32 !== 0 || bytes.length === 0) throw new Malformed("not whole words");
    this.claim = claim;
    this.#words = Array.from({ length: bytes.length / 32 }, (_, i) => dataSlice(proof, 32 * i, 32 * i + 32));
    const first = getBytes(this.word());
    this.question = first[0] ?? 0;
    const header = new Fields(first.slice(1));
    [this.node, this.element, this.position] = [header.next(), header.next(), header.next()];
    const length = header.next();
    if (first.slice(17).some((byte) => byte !== 0)) throw new Malformed("bytes behind the header");
    if (this.question === 4) {
      if (length !== 0 || this.node !== 0) throw new Malformed("a record where there is none");
      return;
    }
    if (this.node >= claim.nodes) throw new Malformed("no such node");
    const padded = getBytes(concat(Array.from({ length: Math.ceil(length / 32) }, () => this.word())));
    if (padded.slice(length).some((byte) => byte !== 0)) throw new Malformed("filler of the record");
    const record = padded.slice(0, length);
    this.fold(claim.nodesRoot, depthOf(claim.nodes), this.node, [keccak256(concat(["0x02", record]))]);
    this.rest = new Fields(record);
    this.kind = this.rest.next();
    this.output = this.rest.shape();
    this.inputs = Array.from({ length: this.rest.next() }, () => ({
      tensor: this.rest.next(),
      shape: this.rest.shape(),
    }));
  }

  word(): Hex {
    const word = this.#words.shift();
    if (word === undefined) throw new Malformed("ends too early");
    return word;
  }

  end(): void {
    if (this.#words.length > 0) throw new Malformed(`${this.#words.length} words too many`);
  }

  /** Reads the siblings of neighbours on a level and climbs to the root. */
  climb(levels: number, first: number, hashes: readonly Hex[]): Hex {
    let [at, row] = [first, [...hashes]];
    for (let level = 0; level < levels; level++) {
      if (at % 2 === 1) {
        row.unshift(this.word());
        at--;
      }
      if (row.length % 2 === 1) row.push(this.word());
      const below = row;
      row = [];
      for (let i = 0; i < below.length; i += 2)
        row.push(keccak256(concat(["0x01", below[i] ?? "0x", below[i + 1] ?? "0x"])));
      at /= 2;
    }
    if (at !== 0 || row.length !== 1) throw new Malformed("outside of the tree");
    return row[0] ?? "0x";
  }

  fold(root: Hex, levels: number, first: number, hashes: readonly Hex[]): void {
    const found = this.climb(levels, first, hashes);
    if (found !== root) throw new WrongRoot(`${found}, not ${root}`);
  }

  /** Leaves that hold these bytes of a tree of `size` bytes; gives its bytes by their place, and the root that follows. */
  range(size: number, from: number, to: number): { bytes: Opened; root: Hex } {
    const leaves = leavesOf(size);
    const first = Math.floor(from / 128);
    const last = Math.floor(to / 128);
    if (last >= leaves) throw new Malformed("behind the last leaf");
    const bytes = new Map<number, number>();
    const hashes: Hex[] = [];
    for (let leaf = first; leaf <= last; leaf++) {
      const data = getBytes(concat([this.word(), this.word(), this.word(), this.word()]));
      data.forEach((byte, i) => bytes.set(leaf * 128 + i, byte));
      hashes.push(keccak256(concat(["0x00", data])));
    }
    return { bytes, root: this.climb(depthOf(leaves), first, hashes) };
  }

  parameter(root: Hex, size: number, from: number, to: number): Opened {
    const opened = this.range(size, from, to);
    if (opened.root !== root) throw new WrongRoot("of a parameter");
    return opened.bytes;
  }

  /** Ranges of a tensor that hold these bytes, joined where their leaves touch, and its tie. */
  tensor({ tensor, shape }: Input, bytes: readonly number[]): Opened {
    const leaves = [...new Set(bytes.map((byte) => Math.floor(byte / 128)))].sort((a, b) => a - b);
    const opened = new Map<number, number>();
    const roots = new Set<Hex>();
    for (let i = 0; i < leaves.length;) {
      const from = i;
      while (leaves[i + 1] === (leaves[i] ?? 0) + 1) i++;
      const range = this.range(layoutBytes(shape), (leaves[from] ?? 0) * 128, (leaves[i] ?? 0) * 128);
      range.bytes.forEach((value, at) => opened.set(at, value));
      roots.add(range.root);
      i++;
    }
    if (roots.size > 1) throw new WrongRoot("two roots of one tensor");
    for (const root of roots) this.tie(tensor, root);
    return opened;
  }

  tie(tensor: number, root: Hex): void {
    const { inputs, inputRoots, traceRoot, nodes } = this.claim;
    if (tensor >= inputs) {
      const node = tensor - inputs;
      const place = (leaf: number, level: number) => Math.floor(leaf / 2 ** level);
      if (node === this.node) this.#siblings = this.#words.slice(0, depthOf(nodes));
      // Where this is the neighbour of a hash on the output's way up, that neighbour stands in the output's tie.
      const meets = this.#siblings.findIndex((_, level) => place(node, level) === (place(this.node, level) ^ 1));
      const levels = meets < 0 ? depthOf(nodes) : meets;
      this.fold(this.#siblings[meets] ?? traceRoot, levels, meets < 0 ? node : node % 2 ** meets, [root]);
      return;
    }
    const roots = Array.from({ length: inputs }, () => this.word());
    if (keccak256(concat(roots)) !== inputRoots || roots[tensor] !== root) throw new WrongRoot("of an input");
  }

  get own(): Input {
    return { tensor: this.claim.inputs + this.node, shape: this.output };
  }

  input(number: number): Input {
    const input = this.inputs[number];
    if (input === undefined) throw new Malformed(`no input ${number}`);
    return input;
  }

  /** One element of a tensor, with its tie. */
  value(tensor: Input, element: number): number {
    if (element >= sizeOf(tensor.shape)) throw new Malformed("no such element");
    const at = byteOf(tensor.shape, element);
    return this.tensor(tensor, [at]).get(at) ?? 0;
  }
}

/** Hash and levels of a question for what is hidden: 4 and 5. */
export function naiveLocate(claim: Claim, proof: Hex): { hash: Hex; levels: number } {
  const p = new NaiveProof(claim, proof);
  const leaves = leavesOf(layoutBytes(p.output));
  const depth = p.question === 4 ? depthOf(claim.nodes) : depthOf(leaves);
  if (p.question !== 4 && p.question !== 5) throw new Malformed("another question");
  if (p.position > depth || (p.question === 4 && p.position === 0)) throw new Malformed("no such height");
  if (p.position === 0 && p.element >= leaves) throw new Malformed("nothing below an empty leaf");
  const hash = p.word();
  if (p.question === 4) p.fold(claim.traceRoot, depth - p.position, p.element, [hash]);
  else p.tie(p.own.tensor, p.climb(depth - p.position, p.element, [hash]));
  p.end();
  return { hash, levels: Math.min(5, p.position) };
}

/** The tree over posted sums, from their bytes. */
export function naiveSumsRoot(bytes: Uint8Array): Hex {
  const leaves = leavesOf(bytes.length);
  const padded = new Uint8Array(leaves * 128);
  padded.set(bytes);
  let row = Array.from({ length: leaves }, (_, i) => keccak256(concat(["0x00", padded.slice(128 * i, 128 * (i + 1))])));
  while (row.length < 2 ** depthOf(leaves)) row.push(`0x${"00".repeat(32)}`);
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      keccak256(concat(["0x01", row[2 * i] ?? "0x", row[2 * i + 1] ?? "0x"])),
    );
  return row[0] ?? "0x";
}
