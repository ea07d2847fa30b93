import type { Hex } from "viem";
import { runLaw } from "../exact/law/index.ts";
import { toLogical, toPhysical } from "../exact/order.ts";
import type { ExactModel } from "../exact/model.ts";
import { GliaError } from "../errors.ts";
import type { CommittedModel } from "../market/committed-model.ts";
import { createTensor } from "../tensors/index.ts";
import type { BatchFile, Item } from "../tensors/index.ts";

/** Runs items of a job's input batch, one output item for each, in their order: a sandbox, the exact runtime, the law. */
export type ItemRunner = (items: AsyncIterable<Item>) => AsyncIterable<Item>;

/** How one item came out here, compared with what was delivered. */
export interface RerunItem {
  readonly item: number;
  /** Whether every byte of an exact model's item is the same; of an opaque one floats may differ and nothing be wrong. */
  readonly same: boolean;
  /** `itemOutputRoot` of what was delivered, and of what was computed here. */
  readonly delivered: Hex;
  readonly computed: Hex;
  /** What was computed, to look at where it differs. */
  readonly output: Item;
}

/**
 * Runs a sample of a received result again and says which items differ.
 * @param items indices below the number of items, ascending; see `sampleParts` for how to choose them
 * @throws GliaError `BATCH_ITEM_UNKNOWN`, `RERUN_SHORT` if the runner gives fewer items than it got, and the runner's own.
 */
export async function* rerunItems({
  model,
  inputs,
  outputs,
  items,
  run,
}: {
  readonly model: CommittedModel;
  readonly inputs: BatchFile;
  readonly outputs: BatchFile;
  readonly items: readonly number[];
  readonly run: ItemRunner;
}): AsyncGenerator<RerunItem, void, undefined> {
  const chosen = async function* (): AsyncGenerator<Item> {
    for (const item of items) yield await inputs.item(item);
  };
  let done = 0;
  for await (const output of run(chosen())) {
    const item = items[done];
    if (item === undefined) break;
    done += 1;
    const [delivered, computed] = await Promise.all([
      outputs.item(item).then((found) => model.itemRoot(found, "outputs")),
      model.itemRoot(output, "outputs"),
    ]);
    yield { item, same: delivered === computed, delivered, computed, output };
  }
  if (done === items.length) return;
  throw new GliaError("RERUN_SHORT", `The runner computed ${done} of ${items.length} items.`, {
    kind: "internal",
    hint: "Use a runner that gives one output item for each input item.",
  });
}

/** Runs exact models by the law itself: slow, right, and everywhere, in browsers too. */
export function lawRunner(model: ExactModel): ItemRunner {
  return async function* (items) {
    for await (const item of items) {
      const tensors = runLaw(model, physicalInputs(model, item));
      yield new Map(
        model.outputs.map(({ name, dims, tensor }) => [
          name,
          createTensor("uint8", dims, toLogical(dims, tensors[tensor] ?? new Uint8Array())),
        ]),
      );
    }
  };
}

/** An item's input tensors as the law takes them. */
export function physicalInputs({ inputs }: ExactModel, item: Item): Uint8Array[] {
  return inputs.map(({ name, dims }) => toPhysical(dims, item.get(name)?.bytes ?? new Uint8Array()));
}
