import type { ProgressEvent } from "@glia/sdk";
import { formatUnits } from "viem";

/** Writes the demo's story; to stderr when stdout is for the summary line. */
export interface Screen {
  title(text: string): void;
  line(text: string): void;
  /** Overwrites itself on a terminal; the last value stays. */
  progress(label: string, done: number, total: number, unit: string): void;
}

/** `json`: stdout carries the summary line only. */
export function createScreen(json: boolean): Screen {
  const stream = json ? process.stderr : process.stdout;
  let open = false;
  const close = (): void => {
    if (open) stream.write("\n");
    open = false;
  };
  return {
    title(text) {
      close();
      stream.write(`\n${text}\n${"─".repeat(text.length)}\n`);
    },
    line(text) {
      close();
      stream.write(`  ${text}\n`);
    },
    progress(label, done, total, unit) {
      if (!stream.isTTY) return;
      const filled = Math.round((24 * done) / Math.max(total, 1));
      stream.write(`\r  ${label.padEnd(9)} ${"█".repeat(filled)}${"░".repeat(24 - filled)} ${done}/${total} ${unit} `);
      open = true;
    },
  };
}

/** Test dollars as people write them. */
export function dollars(units: bigint): string {
  return `${formatUnits(units, 6)} TUSD`;
}

/** Shows a job's progress events. */
export function narrate(screen: Screen, name: (provider: string) => string): (event: ProgressEvent) => void {
  return (event) => {
    switch (event.step) {
      case "quoting":
        if (event.offer !== undefined) {
          const { provider, quote, latency } = event.offer;
          screen.line(`quote     ${name(provider)} asks ${dollars(quote.price)} (${latency.toFixed(0)} ms)`);
        } else if (event.refusal !== undefined) {
          screen.line(`no quote  ${name(event.refusal.provider)}: ${event.refusal.error.message}`);
        }
        break;
      case "uploading":
        screen.progress("upload", event.bytes, event.totalBytes, "bytes");
        break;
      case "hired":
        screen.line(
          `hired     ${name(event.offer.provider)} for ${dollars(event.offer.quote.price)}; the money is in escrow`,
        );
        break;
      case "running":
        if (event.state === "running") screen.progress("running", event.items, event.totalItems, "items");
        break;
      case "downloading":
        screen.progress("download", event.bytes, event.totalBytes ?? event.bytes, "bytes");
        break;
      case "verified":
        screen.line("verified  model, inputs and outputs hash to what is on chain");
        break;
      case "committed":
        screen.line("bound     the provider's result stands by its hash; a lot decides whether strangers check it");
        break;
      case "audited":
        screen.line(`audited   by ${event.attestations}; ${event.opened} opened what they got`);
        break;
      case "disputed":
        screen.line("disputed  somebody holds the result to be wrong, and the chain will find out");
        break;
      case "transaction":
      case "verifying":
      case "done":
        break;
    }
  };
}
