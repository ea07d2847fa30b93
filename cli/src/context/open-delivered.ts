import { decodeOutputs, digestToCid, openBatchFile, openModel, type JobView, type RandomAccess } from "@glia/sdk";

import type { Context } from "./context.ts";
import type { Delivered } from "./results.ts";

/**
 * A result as the model's file declares it. Of an exact model that takes the file, which computes the floats behind the last integer;
 * where this machine does not have it, the items are the u8 tensors that were delivered.
 */
export async function openDelivered(
  { content }: Pick<Context, "content">,
  { spec }: Pick<JobView, "spec">,
  outputs: RandomAccess,
): Promise<Delivered> {
  const cid = digestToCid(spec.modelDigest);
  if (!(await content.has(cid))) {
    const batch = await openBatchFile(outputs);
    return { outputs, items: () => batch.items() };
  }
  const file = await content.open(cid);
  const model = await openModel(await file.read(0, file.size), spec.modelId);
  return { outputs, items: () => decodeOutputs(model, outputs) };
}
