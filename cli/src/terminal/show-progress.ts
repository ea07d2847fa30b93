import type { ProgressEvent } from "@glia/sdk";

import { showAmount, type Unit } from "./amounts.ts";
import type { Output } from "./output.ts";
import { printable } from "./printable.ts";
import { createProgressBar } from "./progress.ts";

/** Shows a job's progress: remarks for steps, bars for bytes and items; nothing with `--json`. */
export function showProgress(output: Output, token: Unit): { onProgress(event: ProgressEvent): void; stop(): void } {
  const bar = createProgressBar(!output.json && process.stderr.isTTY);
  const note = (text: string): void => {
    if (output.json) return;
    bar.stop();
    output.note(text);
  };
  const onProgress = (event: ProgressEvent): void => {
    switch (event.step) {
      case "quoting":
        if (event.offer !== undefined) {
          const { provider, quote, latency } = event.offer;
          note(`  quote    ${provider}  ${showAmount(quote.price, token)}  in ${latency.toFixed(0)} ms`);
        } else if (event.refusal !== undefined) {
          note(`  no quote ${event.refusal.provider}  ${printable(event.refusal.error.message)}`);
        } else note(`job ${event.jobId}`);
        break;
      case "uploading":
        bar.update("upload", event.bytes, event.totalBytes, "bytes");
        break;
      case "transaction":
        if (event.hash !== undefined) note(`  sent     ${event.hash} (${event.what})`);
        break;
      case "hired":
        note(`  hired    ${event.offer.provider} for ${showAmount(event.offer.quote.price, token)}`);
        break;
      case "running":
        bar.update("running", event.items, event.totalItems, "items");
        break;
      case "downloading":
        bar.update("download", event.bytes, event.totalBytes ?? event.bytes, "bytes");
        break;
      case "verified":
        note("  verified: model, inputs and outputs hash to what the chain says");
        break;
      case "committed":
        note(`  bound    to its result; it is revealed by ${time(event.revealDeadline)}`);
        break;
      case "audited":
        note(
          `  audited  by ${event.attestations}; ${event.opened} opened what they got, the rest have until ${time(event.until)}`,
        );
        break;
      case "disputed":
        note("  disputed on chain: the result can be accepted once that is over");
        break;
      case "verifying":
      case "done":
        bar.stop();
        break;
    }
  };
  return {
    onProgress,
    stop: () => {
      bar.stop();
    },
  };
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
