/**
 * The commitments of docs/EXACT.md a second time, written from that page alone: ethers instead of viem and hash-wasm, plain lists of
 * bytes, trees by recursion over lists filled up to a power of two. Slow and obvious; only the types are shared with the SDK.
 */
import { AbiCoder, concat, getBytes, keccak256, toUtf8Bytes } from "ethers";
import type { ContractNode, ExactModel, ExactNode, Port, Shape, Window } from "../../sdk/src/exact/model.ts";

type Bytes = number[];
type Word = Bytes;
type Hex = `0x${string}`;
const hex = (text: string): Hex => text as Hex;

const hash = (...parts: Bytes[]): Hex => hex(keccak256(Uint8Array.from(parts.flat())));
const tag = (text: string): Hex => hex(keccak256(toUtf8Bytes(text)));
const bytesOf = (text: string): Bytes => [...getBytes(text)];
const abi = (types: string[], values: unknown[]): Hex =>
  hex(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)));
const zeros = (count: number): Bytes => Array.from({ length: count }, () => 0);
const EMPTY = hex(`0x${"00".repeat(32)}`);

/** The bytes of a number, big-endian. */
function big(value: bigint | number, bytes: number): Bytes {
  const unsigned = BigInt.asUintN(8 * bytes, BigInt(value));
  return Array.from({ length: bytes }, (_, i) => Number((unsigned >> BigInt(8 * (bytes - 1 - i))) & 255n));
}

function float(value: number): Bytes {
  return [...new Uint8Array(Float32Array.of(value).buffer)].reverse();
}

/** s(c) of the layout. */
function stride(c: number): number {
  for (const power of [1, 2, 4, 8, 16]) if (c <= power) return power;
  return c + ((32 - (c % 32)) % 32);
}

const filledUp = (bytes: Bytes, to: number): Bytes => [...bytes, ...zeros((to - (bytes.length % to)) % to)];

/** The bytes of a tensor's layout, up to a whole number of leaves. */
export function naiveLayout({ n, h, w, c }: Shape, tensor: Uint8Array): Bytes {
  const bytes: Bytes = [];
  for (let pixel = 0; pixel < n * h * w; pixel++)
    bytes.push(...tensor.slice(pixel * c, (pixel + 1) * c), ...zeros(stride(c) - c));
  return filledUp(bytes, 128);
}

const inner = (left: Hex, right: Hex): Hex => hash([1], bytesOf(left), bytesOf(right));

/** Levels of a tree, leaves first, all of them full. */
export function naiveLevels(leaves: readonly Hex[]): Hex[][] {
  let level = [...leaves];
  if (level.length === 0) level.push(EMPTY);
  while (!Number.isInteger(Math.log2(level.length))) level.push(EMPTY);
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, i) => inner(below[2 * i] ?? EMPTY, below[2 * i + 1] ?? EMPTY));
    levels.push(level);
  }
  return levels;
}

export function naiveRoot(leaves: readonly Hex[]): Hex {
  return naiveLevels(leaves).at(-1)?.[0] ?? EMPTY;
}

export function naiveLeaves(bytes: Bytes): Hex[] {
  const full = filledUp(bytes, 128);
  return Array.from({ length: full.length / 128 }, (_, i) => hash([0], full.slice(128 * i, 128 * (i + 1))));
}

export function naiveTensorRoot(shape: Shape, tensor: Uint8Array): Hex {
  return naiveRoot(naiveLeaves(naiveLayout(shape, tensor)));
}

/** Siblings of leaves first … first + count - 1: level by level, left before right. */
export function naiveSiblings(leaves: readonly Hex[], first: number, count: number): Hex[] {
  const siblings: Hex[] = [];
  let known = new Set(Array.from({ length: count }, (_, i) => first + i));
  for (const level of naiveLevels(leaves).slice(0, -1)) {
    const wanted = [...known].map((i) => i ^ 1).filter((i) => !known.has(i));
    for (const i of wanted.sort((a, b) => a - b)) siblings.push(level[i] ?? EMPTY);
    known = new Set([...known].map((i) => i >> 1));
  }
  return siblings;
}

/** Byte of channel lane 4l + g in a word of weights. */
const reversed = (lane: number): number => 4 * (7 - Math.floor(lane / 4)) + (lane % 4);

/** The words of every output channel's run. */
export function naiveFilters(node: ContractNode, input: Shape): Word[][] {
  const { groups, kernelH, kernelW, wZero, xZero, weights } = node;
  const perGroup = input.c / groups;
  const runs: Word[][] = [];
  for (let o = 0; o < node.shape.c; o++) {
    const group = Math.floor(o / (node.shape.c / groups));
    const first = group * perGroup;
    const last = first + perGroup - 1;
    const own = [...weights].slice(o * kernelH * kernelW * perGroup, (o + 1) * kernelH * kernelW * perGroup);
    const sum = own.reduce((total, w) => total + w - wZero, 0);
    const header = [...big((node.bias[o] ?? 0) - xZero * sum, 8), ...float(node.multipliers[o] ?? 0), ...zeros(20)];
    const run = [header];
    for (let tap = 0; tap < kernelH * kernelW; tap++) {
      const [from, to] = input.c < 32 ? [0, 0] : [Math.floor(first / 32), Math.floor(last / 32)];
      for (let wordOfPixel = from; wordOfPixel <= to; wordOfPixel++) {
        const word = zeros(32);
        for (let lane = 0; lane < 32; lane++) {
          const channel = wordOfPixel * 32 + lane;
          const inGroup = channel >= first && channel <= last;
          word[reversed(lane)] = inGroup ? (own[tap * perGroup + channel - first] ?? 0) : wZero;
        }
        run.push(word);
      }
    }
    runs.push(run);
  }
  return runs;
}

const sizes = ({ n, h, w, c }: Shape): number[] => [n, h, w, c];
const window = (node: Window): number[] => [
  node.kernelH,
  node.kernelW,
  node.strideH,
  node.strideW,
  node.dilationH,
  node.dilationW,
  node.padTop,
  node.padLeft,
];
const uints = (values: readonly number[]): Bytes => values.flatMap((value) => big(value, 4));
const rootOfBytes = (bytes: Bytes): Bytes => bytesOf(naiveRoot(naiveLeaves(bytes)));

/** The record of a node, from the shapes of all tensors. */
export function naiveRecord(node: ExactNode, shapes: readonly Shape[]): Bytes {
  const input = (number: number): Shape => shapes[number] ?? { n: 0, h: 0, w: 0, c: 0 };
  const start = (kind: number): Bytes =>
    uints([kind, ...sizes(node.shape), node.inputs.length, ...node.inputs.flatMap((i) => [i, ...sizes(input(i))])]);
  switch (node.kind) {
    case "Contract": {
      const fields = [node.groups, ...window(node), node.xZero, node.wZero, node.yZero];
      return [...start(1), ...uints(fields), ...rootOfBytes(naiveFilters(node, input(node.inputs[0] ?? 0)).flat(2))];
    }
    case "AddMul": {
      const operation = node.operation === "add" ? 0 : 1;
      const fields = [operation, node.aFactor, node.bFactor, node.aZero, node.bZero, node.yZero];
      return [...start(2), ...uints(fields), ...float(node.multiplier)];
    }
    case "Table":
      return [...start(3), ...rootOfBytes([...node.table])];
    case "MaxPool":
      return [...start(4), ...uints(window(node))];
    case "ArgMax":
      return [...start(5), ...uints([node.outer, node.length, node.inner, node.last ? 1 : 0])];
    case "Move": {
      if (node.mode === "view") {
        const digits = node.digits.flatMap(({ radix, stride: step }) => [radix, step]);
        return [...start(6), ...uints([0, node.base, node.digits.length, ...digits])];
      }
      const fields = [1, node.outer, node.sources.length, node.inner, node.fill];
      return [...start(6), ...uints(fields), ...rootOfBytes(uints([...node.sources]))];
    }
  }
}

function port({ name, tensor, dims, shape, scale, zero }: Port): Bytes {
  const front = [...uints([tensor, ...sizes(shape)]), ...float(scale)];
  return [...front, ...uints([zero, dims.length, ...dims]), ...bytesOf(tag(name))];
}

export function naiveRecordHash(record: Bytes): Hex {
  return hash([2], record);
}

/** Records, nodesRoot and id of a model. */
export function naiveModel(model: ExactModel): { records: Bytes[]; nodesRoot: Hex; modelId: Hex } {
  const shapes = [...model.inputs.map(({ shape }) => shape), ...model.nodes.map(({ shape }) => shape)];
  const records = model.nodes.map((node) => naiveRecord(node, shapes));
  const nodesRoot = naiveRoot(records.map(naiveRecordHash));
  const modelId = abi(
    ["bytes32", "bytes32", "uint256", "uint256", "uint256", "bytes32", "bytes32"],
    [
      tag("glia.exact.v1"),
      nodesRoot,
      model.nodes.length,
      model.inputs.length,
      model.outputs.length,
      hash(...model.inputs.map(port)),
      hash(...model.outputs.map(port)),
    ],
  );
  return { records, nodesRoot, modelId };
}

export function naiveItemRoot(ports: readonly Port[], tensors: readonly Uint8Array[]): Hex {
  const roots = ports.map(({ shape }, i) => naiveTensorRoot(shape, tensors[i] ?? new Uint8Array(0)));
  return abi(["bytes32", "bytes32"], [tag("glia.exact.item.v1"), keccak256(concat(roots))]);
}
