import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  batchHeaderOf,
  bytesAccess,
  commitToModel,
  createTensor,
  writeBatchFile,
  type GliaError,
  type Item,
} from "@glia/sdk";
import { runLaw, toPhysical, type ExactModel } from "@glia/sdk/exact";

import { rerun, type RerunFiles } from "./rerun.ts";
import { requireSame } from "./show-rerun.ts";

const FILE = join(import.meta.dirname, "../../../examples/digits/digits.onnx");
const signal = AbortSignal.timeout(60_000);

describe("running a result again", function () {
  this.timeout(60_000);
  let model: ExactModel;
  let inputs: Item[];
  let outputs: Item[];
  let files: RerunFiles;

  before(async () => {
    const file = await readFile(FILE);
    const committed = await commitToModel(file);
    assert.ok(committed.exact !== undefined);
    ({ model } = committed.exact);
    inputs = Array.from({ length: 5 }, (_, seed) => itemOf(model, seed));
    outputs = inputs.map((item) => lawful(model, item));
    files = {
      modelId: committed.modelId,
      model: bytesAccess(file),
      inputs: bytesAccess(await fileOf(inputs)),
      outputs: bytesAccess(await fileOf(outputs)),
    };
  });

  it("agrees with the law", async () => {
    const report = await rerun(files, [0, 2, 4], { signal });
    assert.deepEqual(report.items.map(({ item, same }) => [item, same]), [[0, true], [2, true], [4, true]]); // prettier-ignore
    assert.ok(report.exact);
    requireSame("0x", report);
  });

  it("names the item, the element and both values where one byte was forged", async () => {
    const [, , third] = outputs;
    const [[name, tensor] = ["", undefined]] = [...(third ?? [])];
    assert.ok(tensor !== undefined);
    const forged = tensor.bytes.slice();
    const at = forged.length - 1;
    forged[at] = (forged[at] ?? 0) ^ 1;
    const changed = outputs.map((item, i) => (i === 2 ? new Map(item).set(name, { ...tensor, bytes: forged }) : item));
    const report = await rerun({ ...files, outputs: bytesAccess(await fileOf(changed)) }, [1, 2], { signal });
    assert.equal(report.items[0]?.same, true);
    assert.deepEqual(report.items[1]?.differences, [
      {
        output: name,
        elements: 1,
        first: { index: at, delivered: String(forged[at]), computed: String(tensor.bytes[at]) },
      },
    ]);
    assert.notEqual(report.items[1].delivered, report.items[1].computed);
    assert.throws(
      () => {
        requireSame("0x12", report);
      },
      (error: GliaError) =>
        error.code === "RESULT_WRONG" &&
        error.kind === "verification" &&
        error.hint?.includes("glia challenge 0x12 --item 2") === true,
    );
  });

  it("refuses another model's file", async () => {
    await assert.rejects(rerun({ ...files, modelId: `0x${"12".repeat(32)}` }, [0], { signal }), {
      code: "MODEL_MISMATCH",
    });
  });
});

function itemOf({ inputs }: ExactModel, seed: number): Item {
  return new Map(
    inputs.map(({ name, dims }) => {
      const size = dims.reduce((a, b) => a * b, 1);
      return [
        name,
        createTensor(
          "uint8",
          dims,
          Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 97) % 256),
        ),
      ];
    }),
  );
}

function lawful(model: ExactModel, item: Item): Item {
  const physical = model.inputs.map(({ name, dims }) => toPhysical(dims, item.get(name)?.bytes ?? new Uint8Array()));
  const tensors = runLaw(model, physical);
  // The outputs of this model are matrices, whose bytes lie in the same order both ways.
  return new Map(model.outputs.map(({ name, dims, tensor }) => [name, createTensor("uint8", dims, tensors[tensor] ?? new Uint8Array())])); // prettier-ignore
}

async function fileOf(items: readonly Item[]): Promise<Uint8Array> {
  const [first] = items;
  assert.ok(first !== undefined);
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, items.length), items)) parts.push(part);
  return Buffer.concat(parts);
}
