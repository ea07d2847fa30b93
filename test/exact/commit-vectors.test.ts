import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { AbiCoder, concat, getBytes, keccak256, toUtf8Bytes } from "ethers";
import { before, describe, it } from "mocha";
import { exactVectors } from "../../scripts/models/exact-vectors/index.ts";
import type { Shape } from "../../sdk/src/exact/model.ts";
import {
  naiveLayout,
  naiveLeaves,
  naiveLevels,
  naiveRecordHash,
  naiveRoot,
  naiveSiblings,
  naiveTensorRoot,
} from "./commit-naive.ts";

type Hex = `0x${string}`;
type Sizes = [number, number, number, number];
interface Proof {
  first: number;
  leaves: Hex;
  siblings: Hex[];
}
interface Port {
  name: string;
  tensor: number;
  dims: number[];
  shape: Sizes;
  scale: Hex;
  zero: number;
}
interface Node {
  kind: string;
  record: Hex;
  parameters?: Hex;
}
interface Files {
  "requantise.json": Record<string, [number, Hex, number, number][]>;
  "tensors.json": {
    tensors: { shape: Sizes; bytes: Hex; words: number; root: Hex; elements: Sizes[]; proofs: Proof[] }[];
  };
  "filters.json": {
    filters: (Node & { element: { value: number; inputRanges: Proof[]; filterRange: Proof }; input: { root: Hex } })[];
  };
  "nodes.json": { nodes: (Node & { elements: [number, number][] })[] };
  "models.json": {
    models: {
      modelId: Hex;
      nodesRoot: Hex;
      inputs: Port[];
      outputs: Port[];
      inputPorts: Hex;
      outputPorts: Hex;
      nodes: (Node & { proof: Hex[] })[];
      batchRoot: Hex;
      resultRoot: Hex;
      items: { inputs: Hex[]; outputs: Hex[]; inputRoot: Hex; outputRoot: Hex; trace: Hex[]; traceRoot: Hex }[];
    }[];
  };
}

const FOLDER = new URL("../vectors/exact/", import.meta.url);
const LARGEST_FILE = 200_000;
const bytesOf = (hex: Hex): number[] => [...getBytes(hex)];
const shapeOf = ([n, h, w, c]: Sizes): Shape => ({ n, h, w, c });
const tag = (text: string): string => keccak256(toUtf8Bytes(text));
const abi = (types: string[], values: unknown[]): string => keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
const uints = (...values: number[]): string =>
  concat(values.map((value) => `0x${value.toString(16).padStart(8, "0")}`));

/** requantise with whole numbers only: the float's bits, a product, two roundings. */
function wholeRequantise(acc: number, multiplier: Hex, zero: number): number {
  const bits = Number(multiplier);
  const exponent = (bits >>> 23) - 150;
  let product = BigInt(Math.abs(acc)) * BigInt((bits & 0x7fffff) | 0x800000);
  const excess = product.toString(2).length - 24;
  if (excess > 0) product = halfEven(product, excess) << BigInt(excess);
  const whole = exponent >= 0 ? product << BigInt(exponent) : halfEven(product, -exponent);
  const value = (acc < 0 ? -whole : whole) + BigInt(zero);
  return value < 0n ? 0 : value > 255n ? 255 : Number(value);
}

function halfEven(value: bigint, bits: number): bigint {
  const unit = 1n << BigInt(bits);
  const below = value / unit;
  const twice = 2n * (value % unit);
  return twice > unit || (twice === unit && below % 2n === 1n) ? below + 1n : below;
}

describe("shared vectors of the exact profile", () => {
  let files: Files;

  before(async () => {
    const names = ["requantise.json", "tensors.json", "filters.json", "nodes.json", "models.json"];
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), "utf8")));
    for (const text of texts) assert.ok(text.length < LARGEST_FILE);
    files = Object.fromEntries(names.map((name, i) => [name, JSON.parse(texts[i] ?? "")])) as Files;
  });

  it("are what the script writes", async () => {
    const written = Object.fromEntries(await exactVectors());
    assert.deepEqual(files, JSON.parse(JSON.stringify(written)), "run scripts/models/exact-vectors.ts");
  });

  it("hold requantisations that whole numbers confirm", () => {
    let count = 0;
    for (const rows of Object.values(files["requantise.json"])) {
      if (typeof rows === "string") continue;
      for (const [acc, multiplier, zero, result] of rows) {
        assert.equal(wholeRequantise(acc, multiplier, zero), result, `${acc} · ${multiplier} + ${zero}`);
        count++;
      }
    }
    assert.ok(count > 300);
  });

  it("hold tensors, roots and proofs as the second implementation has them", () => {
    for (const { shape, bytes, words, root, elements, proofs } of files["tensors.json"].tensors) {
      const layout = naiveLayout(shapeOf(shape), getBytes(bytes));
      const leaves = naiveLeaves(layout);
      assert.equal(naiveTensorRoot(shapeOf(shape), getBytes(bytes)), root);
      assert.equal(Math.ceil(words / 4), leaves.length);
      for (const [index, word, lane, value] of elements) {
        assert.equal(layout[32 * word + lane], value);
        assert.equal(getBytes(bytes)[index], value);
      }
      for (const { first, leaves: opened, siblings } of proofs) {
        const data = bytesOf(opened);
        assert.deepEqual(data, layout.slice(first * 128, first * 128 + data.length));
        assert.deepEqual(siblings, naiveSiblings(leaves, first, data.length / 128));
      }
    }
  });

  it("hold filters whose root is in the record and under which the ranges lie", () => {
    for (const { record, parameters, element } of files["filters.json"].filters) {
      const leaves = naiveLeaves(bytesOf(parameters ?? "0x"));
      assert.equal(`0x${record.slice(-64)}`, naiveRoot(leaves));
      const { first, leaves: opened, siblings } = element.filterRange;
      assert.deepEqual(siblings, naiveSiblings(leaves, first, naiveLeaves(bytesOf(opened)).length));
    }
  });

  it("hold nodes of all kinds, with the roots of their constants", () => {
    const { nodes } = files["nodes.json"];
    const kinds = new Set(nodes.map(({ kind, record }) => `${kind} ${Number(record.slice(0, 10))}`));
    assert.deepEqual([...kinds].sort(), ["AddMul 2", "ArgMax 5", "Contract 1", "MaxPool 4", "Move 6", "Table 3"]);
    for (const { record, parameters } of nodes)
      if (parameters !== undefined) assert.equal(`0x${record.slice(-64)}`, naiveRoot(naiveLeaves(bytesOf(parameters))));
  });

  it("hold models whose ids and roots follow from ports, records and tensors in the file", () => {
    for (const model of files["models.json"].models) {
      const portBytes = ({ name, tensor, dims, shape, scale, zero }: Port): string =>
        concat([uints(tensor, ...shape), scale, uints(zero, dims.length, ...dims), tag(name)]);
      assert.equal(concat(model.inputs.map(portBytes)), model.inputPorts);
      assert.equal(concat(model.outputs.map(portBytes)), model.outputPorts);
      const leaves = model.nodes.map(({ record }) => naiveRecordHash(bytesOf(record)));
      assert.equal(naiveRoot(leaves), model.nodesRoot);
      for (const [i, { proof }] of model.nodes.entries()) assert.deepEqual(proof, naiveSiblings(leaves, i, 1));
      const counts = [model.nodes.length, model.inputs.length, model.outputs.length];
      const ports = [keccak256(model.inputPorts), keccak256(model.outputPorts)];
      const types = ["bytes32", "bytes32", "uint256", "uint256", "uint256", "bytes32", "bytes32"];
      assert.equal(abi(types, [tag("glia.exact.v1"), model.nodesRoot, ...counts, ...ports]), model.modelId);
      const itemRoot = (side: Port[], tensors: Hex[]): string => {
        const roots = side.map(({ shape }, i) => naiveTensorRoot(shapeOf(shape), getBytes(tensors[i] ?? "0x")));
        return abi(["bytes32", "bytes32"], [tag("glia.exact.item.v1"), keccak256(concat(roots))]);
      };
      const batch = (roots: Hex[]): Hex => {
        const leaves = roots.map((root, i) => abi(["uint256", "bytes32"], [i, root]) as Hex);
        while (!Number.isInteger(Math.log2(leaves.length))) leaves.push(tag("glia.empty.v1") as Hex);
        return naiveRoot(leaves);
      };
      assert.equal(batch(model.items.map((item) => item.inputRoot)), model.batchRoot);
      assert.equal(batch(model.items.map((item) => item.outputRoot)), model.resultRoot);
      for (const item of model.items) {
        assert.equal(itemRoot(model.inputs, item.inputs), item.inputRoot);
        assert.equal(itemRoot(model.outputs, item.outputs), item.outputRoot);
        assert.equal(item.trace.length, model.nodes.length);
        assert.equal(naiveLevels(item.trace).at(-1)?.[0], item.traceRoot);
      }
    }
  });
});
