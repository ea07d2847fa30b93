import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { batchFileSize, batchHeaderOf, bytesAccess, fromElements, openBatchFile, writeBatchFile } from "./index.ts";
import type { Item } from "./index.ts";

const item = (seed: number): Item =>
  new Map([
    ["x", fromElements("float32", [1, 2], [seed, seed + 0.5])],
    ["0", fromElements("uint8", [3], [seed, 1, 2])],
  ]);
const items = [item(0), item(1), item(2)];
const header = batchHeaderOf(item(0), items.length);

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
/** A batch file with any header text at all. */
function forged(json: string, data = new Uint8Array(), length = Buffer.byteLength(json)): Uint8Array {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return Buffer.concat([Buffer.from("GLIAB1\n"), size, Buffer.from(json), data]);
}
const open = (bytes: Uint8Array) => openBatchFile(bytesAccess(bytes));

describe("batch file", () => {
  it("goes there and back, in any order, canonically", async () => {
    const bytes = await collect(writeBatchFile(header, items));
    assert.equal(bytes.length, batchFileSize(header));
    const json =
      '{"items":3,"tensors":[{"name":"x","dtype":"float32","shape":[1,2]},{"name":"0","dtype":"uint8","shape":[3]}]}';
    assert.equal(
      Buffer.from(bytes)
        .subarray(11, 11 + json.length)
        .toString(),
      json,
    );
    const file = await open(bytes);
    assert.deepEqual(file.header, header);
    for (const index of [2, 0, 1])
      assert.deepEqual(
        [...(await file.item(index))].map(([name, { bytes: raw }]) => [name, [...raw]]),
        [...items[index]!].map(([name, { bytes: raw }]) => [name, [...raw]]),
      );
    let count = 0;
    for await (const one of file.items()) assert.deepEqual([...one.keys()], ["x", "0"], String(count++));
    assert.equal(count, 3);
    for (const index of [-1, 3, 0.5]) await assert.rejects(file.item(index), { code: "BATCH_ITEM_UNKNOWN" });
  });

  it("holds one item at a time while writing", async () => {
    let made = 0;
    function* source(): Generator<Item> {
      for (const one of items) {
        made++;
        yield one;
      }
    }
    const writer = writeBatchFile(header, source());
    await writer.next();
    assert.equal(made, 0);
    await writer.next();
    assert.equal(made, 1);
  });

  it("refuses items that differ from the header", async () => {
    const wrong: Item[] = [
      new Map([
        ["x", fromElements("float32", [2, 1], [0, 0])],
        ["0", fromElements("uint8", [3], [0, 1, 2])],
      ]),
      new Map([
        ["x", fromElements("float64", [1, 2], [0, 0])],
        ["0", fromElements("uint8", [3], [0, 1, 2])],
      ]),
      new Map([...item(0)].reverse()),
      new Map([...item(0)].slice(1)),
      new Map([...item(0), ["y", fromElements("bool", [], [1])]]),
      new Map([
        ["x", { dtype: "float32", shape: [1, 2], bytes: new Uint8Array(7) }],
        ["0", fromElements("uint8", [3], [0, 1, 2])],
      ]),
    ];
    for (const bad of wrong)
      await assert.rejects(collect(writeBatchFile(header, [item(0), bad, item(2)])), { code: "BATCH_ITEM_MISMATCH" });
    await assert.rejects(collect(writeBatchFile(header, items.slice(1))), { code: "BATCH_ITEM_MISMATCH" });
    await assert.rejects(collect(writeBatchFile(header, [...items, item(3)])), { code: "BATCH_ITEM_MISMATCH" });
  });

  it("refuses files that are cut off or have something behind them", async () => {
    const bytes = await collect(writeBatchFile(header, items));
    for (let length = 0; length < bytes.length; length++)
      await assert.rejects(open(bytes.subarray(0, length)), { name: "GliaError" }, String(length));
    await assert.rejects(open(Buffer.concat([bytes, Buffer.of(0)])), { code: "BATCH_SIZE_MISMATCH" });
  });

  it("refuses hostile headers with a named error and without allocating what they claim", async () => {
    const spec = '{"name":"x","dtype":"uint8","shape":[1]}';
    const headers = [
      "",
      "null",
      "[]",
      "{}",
      '{"items":1,"tensors":{}}',
      '{"items":1,"tensors":[]}',
      '{"items":1,"tensors":[null]}',
      `{"items":0,"tensors":[${spec}]}`,
      `{"items":-1,"tensors":[${spec}]}`,
      `{"items":1.5,"tensors":[${spec}]}`,
      `{"items":1e400,"tensors":[${spec}]}`,
      `{"items":4294967296,"tensors":[${spec}]}`,
      `{"items":1,"tensors":[${spec},${spec}]}`,
      `{"items":1,"tensors":[${spec}] }`,
      `{"tensors":[${spec}],"items":1}`,
      `{"items":1.0,"tensors":[${spec}]}`,
      `{"items":1,"items":1,"tensors":[${spec}]}`,
      `\ufeff{"items":1,"tensors":[${spec}]}`,
      '{"items":1,"tensors":[{"name":"x","dtype":"string","shape":[1]}]}',
      '{"items":1,"tensors":[{"name":"x","dtype":"toString","shape":[1]}]}',
      '{"items":1,"tensors":[{"name":1,"dtype":"uint8","shape":[1]}]}',
      '{"items":1,"tensors":[{"name":"x","dtype":"uint8","shape":["1"]}]}',
      '{"items":1,"tensors":[{"name":"x","dtype":"uint8","shape":null}]}',
      '{"items":4000000000,"tensors":[{"name":"x","dtype":"uint8","shape":[0]}]}',
      '{"items":4000000000,"tensors":[{"name":"x","dtype":"uint8","shape":[9000000000]}]}',
      `{"items":1,"tensors":[{"name":"x","dtype":"uint8","shape":[${"1,".repeat(40)}1]}]}`,
    ];
    for (const json of headers)
      await assert.rejects(open(forged(json, Uint8Array.of(7))), { code: "BATCH_HEADER_INVALID" }, json);
    for (const shape of ["-1", "0.5", "9007199254740993"]) {
      const json = `{"items":1,"tensors":[{"name":"x","dtype":"uint8","shape":[${shape}]}]}`;
      await assert.rejects(open(forged(json)), { code: "TENSOR_SHAPE_INVALID" }, shape);
    }
    await assert.rejects(open(forged("{}", undefined, 0xffffffff)), { code: "BATCH_HEADER_INVALID" });
    await assert.rejects(open(Buffer.from("GLIAB2\n\0\0\0\0")), { code: "BATCH_HEADER_INVALID" });
    const honest = `{"items":1,"tensors":[${spec}]}`;
    assert.equal((await open(forged(honest, Uint8Array.of(7)))).header.items, 1);
  });
});
