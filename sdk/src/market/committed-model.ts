import type { Hex } from "viem";
import { itemRoot, opaqueModelId } from "../commitments/index.ts";
import { GliaError } from "../errors.ts";
import { canonicalise } from "../exact/canonicalise/index.ts";
import type { CanonicalModel } from "../exact/canonicalise/index.ts";
import { CLIENT_OPERATORS } from "../exact/client/index.ts";
import { exactModelId, itemRootOfRoots, tensorRoot } from "../exact/commit/index.ts";
import { shapeOfDims } from "../exact/model.ts";
import type { Port } from "../exact/model.ts";
import { toPhysical } from "../exact/order.ts";
import { decodeModel, readSignature } from "../onnx/index.ts";
import type { ModelSignature, TensorInfo } from "../onnx/index.ts";
import { formatShape, sameShape } from "../tensors/index.ts";
import type { Item } from "../tensors/index.ts";

/** Which of a job's two batches an item belongs to. */
export type Side = "inputs" | "outputs";

/**
 * How the market commits to one model: its id, what the job's batch files hold, and how an item of them is hashed. Of an opaque
 * model the id names the file and items are the file's own inputs and outputs; of an exact one the id names the integer
 * function (docs/EXACT.md), and items are its ports: u8 tensors with the ports' names and ONNX dimensions.
 */
export interface CommittedModel {
  readonly modelId: Hex;
  /** The integer function and the float parts that stay with the client; undefined for an opaque model. */
  readonly exact: CanonicalModel | undefined;
  /**
   * Tensors of every item in the job's input batch and in its output batch, in order.
   * @throws GliaError as `decodeModel` and `readSignature` for an opaque file that is no ONNX model.
   */
  signature(): ModelSignature;
  /**
   * `itemInputRoot` or `itemOutputRoot` of an item.
   * @throws GliaError `ITEM_MISMATCH` if an exact model's item is not what its ports say.
   */
  itemRoot(item: Item, side: Side): Promise<Hex>;
}

/** Commits to a file as it is, whatever is in it. */
export function opaqueModel(file: Uint8Array): CommittedModel {
  return {
    modelId: opaqueModelId(file),
    exact: undefined,
    signature: () => readSignature(decodeModel(file)),
    itemRoot: (item) => Promise.resolve(itemRoot(item)),
  };
}

/** The integer function in a file, with its id. */
export interface FoundExact {
  readonly exact: CanonicalModel;
  readonly modelId: Hex;
}

/** Finds the integer function in a file; throws a GliaError as `canonicalise` where there is none. */
export type ExactReader = (file: Uint8Array) => Promise<FoundExact>;

/** The {@link ExactReader} that works where it is called: for files up to some ten megabytes that is a matter of a second. */
const readExact: ExactReader = async (file) => {
  const exact = canonicalise(file);
  return { exact, modelId: await exactModelId(exact.model) };
};

/**
 * Commits to the integer function in a file.
 * @throws GliaError as `canonicalise` for a model outside the exact profile.
 */
export async function exactModel(file: Uint8Array, read: ExactReader = readExact): Promise<CommittedModel> {
  const { exact, modelId } = await read(file);
  const ports = { inputs: exact.model.inputs, outputs: exact.model.outputs };
  return {
    modelId,
    exact,
    signature: () => ({ inputs: ports.inputs.map(tensorOfPort), outputs: ports.outputs.map(tensorOfPort) }),
    itemRoot: async (item, side) => {
      checkItem(item, ports[side], side);
      return exactItemRootOf(item);
    },
  };
}

/**
 * What a buyer commits to: the exact model where the file is one, unless `opaque` asks for the file as it is.
 * @throws GliaError `EXACT_CLIENT_OPERATOR` if the exact model leaves an operator to the client which that does not compute.
 */
export async function commitToModel(
  file: Uint8Array,
  { opaque = false }: { readonly opaque?: boolean } = {},
): Promise<CommittedModel> {
  if (opaque) return opaqueModel(file);
  let model: CommittedModel;
  try {
    model = await exactModel(file);
  } catch (error) {
    // A file outside the profile, or one that is no ONNX model at all, is a job like any other: the provider's gate judges it.
    if (!isOutside(error)) throw error;
    return opaqueModel(file);
  }
  checkClient(model);
  return model;
}

/**
 * The model that a job's id names: the file as it is (which is cheap to see), else the integer function in it.
 * @param read How that is found; whoever opens strangers' files may want it done elsewhere, with a limit of time.
 * @throws GliaError `MODEL_MISMATCH` if the file has neither id, and what `read` throws of another kind than `input`.
 */
export async function openModel(file: Uint8Array, modelId: Hex, read = readExact): Promise<CommittedModel> {
  const opaque = opaqueModel(file);
  if (sameId(opaque.modelId, modelId)) return opaque;
  let other: string;
  try {
    const exact = await exactModel(file, read);
    if (sameId(exact.modelId, modelId)) return exact;
    other = `as an exact model ${exact.modelId}`;
  } catch (error) {
    if (!isOutside(error)) throw error;
    other = `and it is no exact model (${error.message})`;
  }
  throw new GliaError(
    "MODEL_MISMATCH",
    `The model's id is ${opaque.modelId} as a file, ${other}; it must be ${modelId}.`,
    {
      kind: "verification",
      hint: "The bytes are not what was committed to on chain; fetch them again, and do not accept or pay for them.",
      details: { expected: modelId, opaque: opaque.modelId },
    },
  );
}

/** Root of an item of any exact model: it depends on the tensors' dimensions and bytes alone. For u8 tensors. */
export async function exactItemRootOf(item: Item): Promise<Hex> {
  const roots: Hex[] = [];
  for (const { shape, bytes } of item.values()) {
    roots.push(await tensorRoot(shapeOfDims(shape), toPhysical(shape, bytes)));
  }
  return itemRootOfRoots(roots);
}

/** Sees to it, before anything is paid, that outputs will be computed to their end. */
function checkClient({ exact }: CommittedModel): void {
  const nodes = [...(exact?.head.nodes ?? []), ...(exact?.tail.nodes ?? [])];
  const node = nodes.find(
    ({ domain, opType }) => !["", "ai.onnx"].includes(domain) || !CLIENT_OPERATORS.includes(opType),
  );
  if (node === undefined) return;
  const name = node.name === "" ? (node.output[0] ?? "") : node.name;
  throw new GliaError(
    "EXACT_CLIENT_OPERATOR",
    `The file is an exact model but for its ends, which the client computes, and there the node "${name}" (${node.opType}) is none that this SDK computes.`,
    {
      kind: "input",
      hint: "Ask for the file as it is (opaque), or cut the model before this node and do the rest in your own code.",
      details: { node: name, operator: node.opType },
    },
  );
}

function tensorOfPort({ name, dims }: Port): TensorInfo {
  return { name, dtype: "uint8", shape: dims };
}

function checkItem(item: Item, ports: readonly Port[], side: Side): void {
  const tensors = [...item];
  const fits =
    tensors.length === ports.length &&
    ports.every(({ name, dims }, i) => {
      const [given, tensor] = tensors[i] ?? [];
      return given === name && tensor?.dtype === "uint8" && sameShape(tensor.shape, dims);
    });
  if (fits) return;
  const wanted = ports.map(({ name, dims }) => `${name} uint8 ${formatShape(dims)}`).join(", ");
  const came = tensors.map(([name, { dtype, shape }]) => `${name} ${dtype} ${formatShape(shape)}`).join(", ");
  throw new GliaError("ITEM_MISMATCH", `An item of the exact model's ${side} is [${wanted}], but [${came}] came.`, {
    kind: "input",
    hint: "Give the tensors that `glia exact inspect` names as ports, in their order.",
  });
}

/** Whether the file itself is why there is no exact model in it, and not the machine that looked. */
function isOutside(error: unknown): error is GliaError {
  return error instanceof GliaError && error.kind === "input";
}

function sameId(a: Hex, b: Hex): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
