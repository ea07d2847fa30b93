import { digestToCid, downloadResult, GliaError, readProvider, type JobView, type RandomAccess } from "@glia/sdk";

import type { Context } from "./context.ts";

/**
 * The revealed outputs: from this machine's store, else from the provider that computed them.
 * @throws GliaError `NOT_REVEALED`, `CONTENT_UNAVAILABLE`.
 */
export async function fetchResult(
  { client, content, jobs, parts }: Context,
  view: JobView,
  options: { readonly signal: AbortSignal; readonly onProgress?: (bytes: number, total: number | undefined) => void },
): Promise<RandomAccess> {
  const { jobId, spec, outputDigest, provider } = view;
  if (outputDigest === undefined) {
    throw new GliaError("NOT_REVEALED", `The result of job ${jobId} is not revealed yet.`, {
      kind: "refused",
      hint: `Follow it with: glia job ${jobId} --watch`,
      retryable: true,
    });
  }
  const cid = digestToCid(outputDigest);
  if (await content.has(cid)) return await content.open(cid);
  const known = (await jobs.load(jobId))?.offer?.endpoint;
  const endpoint = known ?? (provider === undefined ? undefined : (await readProvider(client, provider))?.endpoint);
  return await downloadResult(
    content,
    { spec, outputDigest, ...(endpoint === undefined ? {} : { endpoint }) },
    { allowPrivate: parts.allowPrivate ?? false, sources: view.sources, ...options },
  );
}
