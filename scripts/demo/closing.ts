import { batchTree, bytesAccess, digestToCid, openBatchFile, verifyReceipt } from "@glia/sdk";
import type { JobOutcome } from "@glia/sdk";
import { canonicalise, exactItemRoot, exactModelId, runLaw, toPhysical } from "@glia/sdk/exact";
import type { ExactModel } from "@glia/sdk/exact";

import type { Buyer } from "./buyer.ts";
import { readModel } from "./digits.ts";
import type { Screen } from "./screen.ts";

/**
 * What anybody can check who has a job's files, without trusting buyer, provider or marketplace: that the receipt holds, that its model
 * id is that of the integer function in the file, and that this function, computed again by the law, gives the result root on chain.
 */
export async function checkJobs(screen: Screen, { parts }: Buyer, outcomes: readonly JobOutcome[]): Promise<string> {
  const { bytes } = await readModel();
  const { model } = canonicalise(bytes);
  const modelId = await exactModelId(model);
  screen.line(`model     ${modelId}, computed again from examples/digits/digits.onnx`);
  for (const { receipt, outputs } of outcomes) {
    same("model id", receipt.model.id, modelId);
    const inputs = await parts.content.open(digestToCid(receipt.inputs.digest));
    const { publicClient } = parts.client;
    const { checks } = await verifyReceipt(receipt, { model: bytesAccess(bytes), inputs, outputs, publicClient });
    const wrong = checks.find(({ result }) => result !== "ok");
    if (wrong !== undefined && !(wrong.name === "quote" && wrong.result === "skipped"))
      throw new Error(`The receipt of job ${receipt.jobId}: ${wrong.name} ${wrong.result}, ${wrong.reason ?? ""}.`);
  }
  screen.line(`receipts  ${outcomes.length} of ${outcomes.length} hold: signatures, files and settlement`);
  const [first] = outcomes;
  if (first !== undefined) {
    const inputs = await openBatchFile(await parts.content.open(digestToCid(first.receipt.inputs.digest)));
    const roots: `0x${string}`[] = [];
    for await (const item of inputs.items()) {
      const tensors = model.inputs.map(({ name, dims }) => toPhysical(dims, item.get(name)?.bytes ?? new Uint8Array()));
      roots.push(await exactItemRoot(model.outputs, outputsOf(model, tensors)));
    }
    same("result root", first.receipt.outputs.root, batchTree(roots).root);
    screen.line(`law       ${roots.length} digits computed again by the law: the same result root, byte for byte`);
  }
  return modelId;
}

function outputsOf(model: ExactModel, inputs: readonly Uint8Array[]): Uint8Array[] {
  const tensors = runLaw(model, inputs);
  return model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
}

function same(what: string, onChain: string, computed: string): void {
  if (onChain !== computed) throw new Error(`The ${what} is ${onChain} on chain, but ${computed} by the model's file.`);
}
