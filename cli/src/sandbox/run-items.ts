import type { LoadedModel, OutputChunk, RunRequest } from "@glia/provider/inference";
import {
  batchHeaderOf,
  createTensor,
  GliaError,
  isDType,
  sameShape,
  tensorSize,
  type Item,
  type TensorSpec,
} from "@glia/sdk";

/** Items that go to the worker together. Where all tensors inside of the model come back, more would fill the memory. */
const GROUP = 8;

/** Runs items through a model in its sandboxed worker, as a node runs strangers'; one output item for each, in order. */
export async function* runItems(
  model: LoadedModel,
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  for await (const group of groupsOf(items)) {
    for await (const chunk of model.run(requestOf(group), { signal })) yield* itemsOf(chunk);
  }
}

/** Neighbours of one shape, at most {@link GROUP} of them. */
async function* groupsOf(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    const [first] = group;
    if (first !== undefined && (group.length === GROUP || !alike(first, item))) {
      yield group;
      group = [];
    }
    group.push(item);
  }
  if (group.length > 0) yield group;
}

function alike(a: Item, b: Item): boolean {
  return [...a].every(([name, { dtype, shape }]) => {
    const other = b.get(name);
    return other?.dtype === dtype && sameShape(other.shape, shape);
  });
}

function requestOf(group: readonly Item[]): RunRequest {
  const [first] = group;
  const inputs = first === undefined ? [] : batchHeaderOf(first, group.length).tensors;
  const bytes = group.flatMap((item) => inputs.map(({ name }) => item.get(name)?.bytes ?? new Uint8Array()));
  return { items: group.length, inputs, bytes };
}

function* itemsOf({ layout, items, bytes }: OutputChunk): Generator<Item> {
  const specs = layout.map(({ name, dtype, shape }): TensorSpec => {
    if (isDType(dtype)) return { name, dtype, shape };
    throw new GliaError(
      "OUTPUT_UNSUPPORTED",
      `The model's tensor "${name}" is ${dtype}, which is no type of numbers.`,
      {
        kind: "input",
      },
    );
  });
  let offset = 0;
  for (let index = 0; index < items; index++) {
    yield new Map(
      specs.map(({ name, dtype, shape }) => {
        const size = tensorSize(dtype, shape);
        const tensor = createTensor(dtype, shape, bytes.slice(offset, offset + size));
        offset += size;
        return [name, tensor];
      }),
    );
  }
}
