import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import {
  canonicalise,
  exactModelId,
  ortFloatRunner,
  quantise,
  runHead,
  runLaw,
  runTail,
  toLogical,
  toPhysical,
} from "../../sdk/src/exact/index.ts";
import type { CanonicalModel, ContractNode, QuantiseReport } from "../../sdk/src/exact/index.ts";
import { significantBits } from "../../sdk/src/exact/quantise/numbers.ts";
import { createTensor, readElements } from "../../sdk/src/tensors/index.ts";
import type { Item } from "../../sdk/src/tensors/index.ts";
import { NETWORKS, randomItems } from "./quantise-networks.ts";

const runFloat = ortFloatRunner(ort);

async function gather(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The whole way of an item: head, law, tail. */
function runExact(canonical: CanonicalModel, item: Item): Item {
  const { inputs, outputs } = canonical.model;
  const sent = runHead(canonical, item);
  const bytes = inputs.map(({ name, dims }) => toPhysical(dims, sent.get(name)?.bytes ?? new Uint8Array()));
  const tensors = runLaw(canonical.model, bytes);
  const given = outputs.map(({ name, tensor, dims }) => {
    const logical = toLogical(dims, tensors[tensor] ?? new Uint8Array());
    return [name, createTensor("uint8", dims, logical)] as const;
  });
  return runTail(canonical, new Map(given));
}

/** All numbers of one output over all items. */
function numbers(items: readonly Item[], name: string): number[] {
  return items.flatMap((item) => {
    const tensor = item.get(name);
    assert.ok(tensor, `there is no ${name}`);
    return Array.from(readElements(tensor), Number);
  });
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => sum + value * (q[i] ?? NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

for (const network of NETWORKS)
  describe(`quantising: ${network.name}`, () => {
    const samples = randomItems(network.input, 24, 5);
    let report: QuantiseReport;
    let canonical: CanonicalModel;
    let float: Item[];
    let exact: Item[];

    before(async () => {
      const result = await quantise(network.file, samples, runFloat, { reportSamples: 6 });
      report = result.report;
      assert.equal(report.sizes.after, result.file.length);
      canonical = canonicalise(result.file);
      float = await gather(runFloat(network.file, samples.slice(0, 6)));
      exact = samples.slice(0, 6).map((item) => runExact(canonical, item));
    });

    it("follows the float network closely, and says how closely", async () => {
      assert.deepEqual([report.samples, report.compared, report.sizes.before], [24, 6, network.file.length]);
      assert.deepEqual(
        report.outputs.map(({ name }) => name),
        [...(float[0]?.keys() ?? [])],
      );
      assert.equal(report.modelId, await exactModelId(canonical.model));
      for (const output of report.outputs) {
        const [a, b] = [numbers(float, output.name), numbers(exact, output.name)];
        assert.ok(output.cosine > 0.99, `cosine of ${output.name}: ${output.cosine}`);
        assert.ok(Math.abs(output.cosine - cosine(a, b)) < 1e-9);
        const largest = Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
        assert.equal(output.maxError, largest);
      }
    });

    it("has weights in [-64, 63] and multipliers of at most eight significant bits", () => {
      const { model, origins } = canonical;
      assert.equal(report.nodes["Contract"], model.nodes.filter(({ kind }) => kind === "Contract").length);
      // A mean's weights are not the quantiser's: its multiplier holds one over the number of elements.
      const isMean = (index: number) => origins[index]?.operators.some((name) => /Average|Mean/.test(name)) === true;
      const ofFloats = model.nodes.filter(
        (node, index): node is ContractNode => node.kind === "Contract" && !isMean(index),
      );
      assert.ok(ofFloats.length > 0);
      for (const { weights, multipliers } of ofFloats) {
        assert.ok(weights.every((byte) => byte - 128 >= -64 && byte - 128 <= 63));
        assert.ok(multipliers.every((multiplier) => significantBits(multiplier) <= 8));
      }
    });

    it("gives sums an even zero point", () => {
      const isSum = ({ operators }: { operators: readonly string[] }) => operators.includes("Add");
      const { model, origins } = canonical;
      const sums = model.nodes.filter((node, k) => node.kind === "AddMul" && isSum(origins[k] ?? { operators: [] }));
      for (const sum of sums) assert.ok(sum.kind === "AddMul" && sum.yZero % 2 === 0);
    });

    it("names the tensors from the noisiest on", () => {
      const decibels = report.tensors.map((tensor) => tensor.decibels);
      assert.deepEqual(
        decibels,
        decibels.toSorted((a, b) => a - b),
      );
      assert.ok(
        decibels.every((value) => value > 15),
        `${decibels.join(", ")}`,
      );
      assert.ok(report.client.every(({ supported }) => supported));
    });
  });
