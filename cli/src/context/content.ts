import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import {
  batchHeaderOf,
  decodeModel,
  GliaError,
  outputBound,
  readSignature,
  toItems,
  writeBatchFile,
  type InputFile,
  type ModelSignature,
} from "@glia/sdk";

/** Options that say what to run. */
export interface ContentOptions {
  readonly model: string;
  /** Files, each `path` or `inputName=path`. */
  readonly input: readonly string[];
  readonly resize?: boolean;
  readonly cast?: boolean;
  readonly maxItemOutput?: number;
  readonly opaque?: boolean;
}

/** A model and its batch, read and checked. */
export interface JobContentFiles {
  readonly model: Uint8Array;
  readonly signature: ModelSignature;
  /** The batch file, written anew each time it is asked for. */
  inputs(): AsyncGenerator<Uint8Array>;
  /** Upper bound of one item's output, in bytes. */
  readonly maxItemOutputBytes: number;
  /** Whether the file is to run as it is, even if it is an exact model. */
  readonly opaque: boolean;
}

/**
 * Reads model and inputs and brings the inputs to the model's own names, types and shapes.
 * @throws GliaError `FILE_UNREADABLE`, those of `decodeModel` and of `toItems`.
 */
export async function readContent(options: ContentOptions): Promise<JobContentFiles> {
  const model = await readFileOrExplain(options.model, "the model");
  const signature = readSignature(decodeModel(model));
  const files: InputFile[] = [];
  for (const entry of options.input) files.push(await readInput(entry, signature));
  const items = toItems(files, signature, {
    image: { resize: options.resize ?? false },
    cast: options.cast ?? false,
  });
  const [first] = items;
  if (first === undefined) {
    throw new GliaError("NO_ITEMS", "The inputs hold no items.", {
      kind: "input",
      hint: "Give at least one item with --input.",
    });
  }
  const header = batchHeaderOf(first, items.length);
  return {
    model,
    signature,
    inputs: () => writeBatchFile(header, items),
    maxItemOutputBytes: options.maxItemOutput ?? outputBound(signature),
    opaque: options.opaque ?? false,
  };
}

async function readInput(entry: string, { inputs }: ModelSignature): Promise<InputFile> {
  const named = inputs.find(({ name }) => entry.startsWith(`${name}=`));
  const path = named === undefined ? entry : entry.slice(named.name.length + 1);
  const names = inputs.map(({ name }) => JSON.stringify(name)).join(", ");
  const bytes = await readFileOrExplain(path, "the input", `Check the path; the model's inputs are named ${names}.`);
  return { name: basename(path), bytes, ...(named === undefined ? {} : { input: named.name }) };
}

/** @throws GliaError `FILE_UNREADABLE`. */
export async function readFileOrExplain(
  path: string,
  what: string,
  hint = "Check the path and that you may read the file.",
): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GliaError("FILE_UNREADABLE", `${path}, ${what}, cannot be read: ${(cause as Error).message}`, {
      kind: "input",
      hint,
      cause,
    });
  }
}
