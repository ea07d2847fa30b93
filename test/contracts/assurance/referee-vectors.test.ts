/** The referee on the shared vectors: nodes and filters from their records and words alone, records and traces of whole models. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "mocha";
import { concat, hexToBytes, keccak256 } from "viem";
import type { Hex } from "viem";
import { loadKeccak } from "../../../sdk/src/exact/commit/keccak.ts";
import type { Keccak } from "../../../sdk/src/exact/commit/keccak.ts";
import { tensorWords } from "../../../sdk/src/exact/commit/layout.ts";
import { openHash } from "../../../sdk/src/exact/commit/range.ts";
import { depthOf } from "../../../sdk/src/exact/commit/tree.ts";
import { byteWords } from "../../../sdk/src/exact/commit/words.ts";
import { hashTree, proveBeaten, proveElement, wordsTree } from "../../../sdk/src/exact/dispute/index.ts";
import type { ClaimedTrace } from "../../../sdk/src/exact/dispute/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ExactNode, Port, Shape } from "../../../sdk/src/exact/model.ts";
import { nodeOfRecord } from "./record-node.ts";
import { librariesAbi, startRefereeChain } from "./referee-chain.ts";
import type { RefereeChain } from "./referee-chain.ts";
import { refutes } from "./referee-play.ts";

const VECTORS = new URL("../../vectors/exact/", import.meta.url);

interface NodeVector {
  readonly kind: string;
  readonly record: Hex;
  readonly parameters?: Hex;
}
interface TensorVector {
  readonly shape: readonly [number, number, number, number];
  readonly bytes: Hex;
}
interface ModelVector {
  readonly nodesRoot: Hex;
  readonly nodes: (NodeVector & { readonly proof: Hex[] })[];
  readonly items: { readonly trace: Hex[]; readonly traceRoot: Hex }[];
}

const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(new URL(file, VECTORS), "utf8")) as T;
const leafOf = (record: Hex): Hex => keccak256(concat(["0x02", record]));

/** A trace of one node whose record and words are those of a vector; of its output, only one element is anything but 0. */
function traceOfVector(
  keccak: Keccak,
  { record, parameters = "0x" }: NodeVector,
  inputs: readonly TensorVector[],
  [element, value]: readonly [number, number],
): { trace: ClaimedTrace; node: ExactNode } {
  const { node, shapes } = nodeOfRecord(record, parameters);
  const port = (tensor: number, shape: Shape): Port => ({ name: "", tensor, dims: [], shape, scale: 1, zero: 0 });
  const output = new Uint8Array(sizeOf(node.shape)).with(element, value);
  const tensors = [...inputs.map(({ bytes }) => hexToBytes(bytes)), output];
  const trees = tensors.map((bytes, k) => wordsTree(keccak, tensorWords(shapes[k] ?? node.shape, bytes)));
  const roots = trees.map(({ root }) => root);
  const commitment = {
    modelId: "0x",
    nodesRoot: leafOf(record),
    inputPorts: new Uint8Array(),
    outputPorts: new Uint8Array(),
  } as const;
  const tree = (number: number) => {
    const found = trees[number];
    if (found === undefined) throw new RangeError(`There is no tensor ${number}.`);
    return found;
  };
  const trace: ClaimedTrace = {
    model: {
      inputs: shapes.map((shape, k) => port(k, shape)),
      nodes: [node],
      outputs: [port(inputs.length, node.shape)],
    },
    commitment: { ...commitment, records: [hexToBytes(record)] },
    records: hashTree(keccak, [leafOf(record)]),
    keccak,
    parameters: () => wordsTree(keccak, byteWords(hexToBytes(parameters))),
    inputRoots: roots.slice(0, -1),
    trace: hashTree(keccak, roots.slice(-1)),
    tensor: tree,
  };
  return { trace, node };
}

describe("Referee on the shared vectors", () => {
  let chain: RefereeChain;
  let keccak: Keccak;
  before(async () => {
    chain = await startRefereeChain();
    keccak = await loadKeccak();
  });
  after(() => chain.close());

  /** That the value of the vector is right and its neighbours are wrong. */
  async function check(
    vector: NodeVector,
    inputs: readonly TensorVector[],
    [element, value]: readonly [number, number],
  ): Promise<void> {
    for (const claimed of [value, (value + 1) % 256, (value + 255) % 256]) {
      const { trace, node } = traceOfVector(keccak, vector, inputs, [element, claimed]);
      const proof =
        node.kind === "ArgMax"
          ? proveBeaten(trace, { node: 0, element, position: value })
          : proveElement(trace, 0, element);
      const wrong = await refutes(chain, trace, proof);
      assert.equal(wrong, claimed !== value, `${vector.kind} ${vector.record}: element ${element} = ${claimed}`);
    }
  }

  it("finds every element of the nodes what the vectors say", async () => {
    const { nodes } = await read<{ nodes: (NodeVector & { inputs: TensorVector[]; elements: [number, number][] })[] }>(
      "nodes.json",
    );
    assert.equal(new Set(nodes.map(({ kind }) => kind)).size, 6);
    for (const vector of nodes) for (const element of vector.elements) await check(vector, vector.inputs, element);
  });

  it("finds the elements of the filters' nodes what the vectors say", async () => {
    const { filters } = await read<{
      filters: (NodeVector & { input: TensorVector; element: { index: number; value: number } })[];
    }>("filters.json");
    for (const vector of filters) await check(vector, [vector.input], [vector.element.index, vector.element.value]);
  });

  it("leads records to the roots of models, and roots of tensors to those of traces", async () => {
    const { models } = await read<{ models: ModelVector[] }>("models.json");
    const rootOf = (siblings: readonly Hex[], hash: Hex, index: number, count: number) =>
      chain.client.readContract({
        address: chain.libraries,
        abi: librariesAbi,
        functionName: "hashRoot",
        args: [concat(["0x", ...siblings]), hash, BigInt(index), BigInt(depthOf(count))],
      });
    for (const { nodesRoot, nodes, items } of models) {
      for (const [index, { record, proof }] of nodes.entries())
        assert.equal(await rootOf(proof, leafOf(record), index, nodes.length), nodesRoot);
      for (const { trace, traceRoot } of items)
        for (const [index, root] of trace.entries())
          assert.equal(await rootOf(await openHash(trace, index), root, index, trace.length), traceRoot);
    }
  });
});
