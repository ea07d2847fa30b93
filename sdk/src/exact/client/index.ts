/** The client's share of an exact model: floats before the first and behind the last integer, for Node and browsers. */
import type { Item } from "../../tensors/index.ts";
import type { Port } from "../model.ts";
import { fromBytes, missing, runPart, toBytes } from "./run-part.ts";
import type { ClientPart } from "./run-part.ts";
export { CLIENT_OPERATORS } from "./evaluate.ts";
export type { ClientPart } from "./run-part.ts";

/** What of a `CanonicalModel` the client needs. */
export interface ClientModel {
  readonly model: { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] };
  readonly head: ClientPart;
  readonly tail: ClientPart;
}

/**
 * From the file's inputs to the exact inputs: u8 tensors with the ports' names and dimensions, in the ports' order.
 * Nothing of this is law: it is the client's own affair what it sends.
 * @throws GliaError `EXACT_CLIENT_INPUT_MISSING`, `EXACT_CLIENT_INPUT_MISMATCH`, `EXACT_CLIENT_NAN`, `EXACT_CLIENT_OPERATOR`, `EXACT_CLIENT_ATTRIBUTE`,
 * `EXACT_CLIENT_SHAPE`, `EXACT_CLIENT_TYPE`, `EXACT_CLIENT_DIVISION`, `EXACT_CLIENT_LIMIT`
 */
export function runHead({ model, head }: ClientModel, item: Item): Item {
  const computed = runPart(head, item);
  return new Map(
    model.inputs.map(({ name, dims }) => {
      const tensor = computed.get(name) ?? item.get(name);
      if (tensor === undefined) throw missing(`The head of the model does not give the exact input "${name}".`);
      return [name, toBytes(tensor, name, dims)];
    }),
  );
}

/**
 * From the exact outputs (u8 tensors with the ports' names and dimensions) to the file's declared outputs.
 * @throws GliaError as {@link runHead}
 */
export function runTail({ model, tail }: ClientModel, item: Item): Item {
  const types = new Map(tail.inputs.map(({ name, dtype }) => [name, dtype]));
  const bytes = new Map(item);
  for (const { name, dims } of model.outputs) {
    const tensor = item.get(name);
    if (tensor === undefined) continue; // runPart names what is missing
    bytes.set(name, fromBytes(toBytes(tensor, name, dims), types.get(name) ?? "uint8"));
  }
  return runPart(tail, bytes);
}
