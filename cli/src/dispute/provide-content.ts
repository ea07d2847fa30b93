import { digestToCid, GliaError, type ContentStore, type JobSpec } from "@glia/sdk";
import type { Hex } from "viem";

import { readFileOrExplain } from "../context/content.ts";

/** Files of a job that was not bought from this machine. */
export interface ContentOptions {
  readonly model?: string;
  readonly inputs?: string;
}

/**
 * Puts files that options name into the store, if they are the job's.
 * @throws GliaError `FILE_UNREADABLE`, `CONTENT_WRONG`.
 */
export async function provideContent(
  content: ContentStore,
  spec: Pick<JobSpec, "modelDigest" | "inputDigest">,
  { model, inputs }: ContentOptions,
): Promise<void> {
  if (model !== undefined) await provide(content, spec.modelDigest, model, "model");
  if (inputs !== undefined) await provide(content, spec.inputDigest, inputs, "inputs");
}

async function provide(content: ContentStore, digest: Hex, file: string, what: string): Promise<void> {
  const cid = digestToCid(digest);
  if (await content.has(cid)) return;
  const bytes = await readFileOrExplain(file, `the job's ${what}`);
  const found = await content.put(bytes, { pin: true });
  if (found.toString() === cid.toString()) return;
  throw new GliaError("CONTENT_WRONG", `${file} is ${found.toString()}; the job's ${what} are ${cid.toString()}.`, {
    kind: "verification",
    hint: "Give the very file that the job was bought with; inputs of an exact model are its .glia batch of u8 tensors.",
  });
}
