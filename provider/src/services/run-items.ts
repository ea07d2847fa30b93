import { type BatchFile, type CommittedModel, createTensor, type Item } from "@glia/sdk";
import type { Hex } from "viem";

import type { OutputChunk, ReadyModel } from "../inference.ts";

/** Runs some items of a batch, one after the other, and gives each one's outputs by name. */
export async function* runItems(
  model: Pick<ReadyModel, "run">,
  batch: BatchFile,
  items: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<Item> {
  const request = { items: items.length, inputs: batch.header.tensors, bytes: inputsOf(batch, items) };
  for await (const chunk of model.run(request, signal === undefined ? {} : { signal })) yield* split(chunk);
}

/** Item roots of the outputs that an exact model gives for some items of a batch. */
export async function outputRootsOf(
  loaded: Pick<ReadyModel, "run">,
  model: Pick<CommittedModel, "itemRoot">,
  batch: BatchFile,
  items: readonly number[],
  signal?: AbortSignal,
): Promise<Hex[]> {
  const roots: Hex[] = [];
  for await (const item of runItems(loaded, batch, items, signal)) roots.push(await model.itemRoot(item, "outputs"));
  return roots;
}

async function* inputsOf(batch: BatchFile, items: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const index of items) {
    const item = await batch.item(index);
    for (const { bytes } of item.values()) yield bytes;
  }
}

/** The worker gives outputs in the types that the runtime has; those of exact models are all u8. */
function* split({ layout, items, bytes }: OutputChunk): Generator<Item> {
  let at = 0;
  for (let i = 0; i < items; i++) {
    const item = new Map<string, ReturnType<typeof createTensor>>();
    for (const { name, shape } of layout) {
      const size = shape.reduce((product, length) => product * length, 1);
      item.set(name, createTensor("uint8", shape, bytes.slice(at, at + size)));
      at += size;
    }
    yield item;
  }
}
