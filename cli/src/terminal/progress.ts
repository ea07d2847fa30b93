import { SingleBar } from "cli-progress";

/** One bar at a time on stderr; silent where stderr is no terminal or `--json` is on. */
export interface ProgressBar {
  /** Shows `label` with `value` of `total`; a new label ends the bar before it. */
  update(label: string, value: number, total: number, unit: "bytes" | "items"): void;
  stop(): void;
}

/** Makes the bar of one command run. */
export function createProgressBar(enabled = process.stderr.isTTY): ProgressBar {
  let current: { bar: SingleBar; label: string } | undefined;
  const stop = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    update(label, value, total, unit) {
      if (!enabled) return;
      if (current?.label !== label) {
        stop();
        const bar = new SingleBar({
          stream: process.stderr,
          hideCursor: true,
          format: `  {label} {bar} {percentage}%  {shown}`,
          barsize: 28,
        });
        current = { bar, label };
        bar.start(total, value, { label: label.padEnd(10), shown: amount(value, total, unit) });
      }
      current.bar.setTotal(total);
      current.bar.update(value, { shown: amount(value, total, unit) });
    },
    stop,
  };
}

function amount(value: number, total: number, unit: "bytes" | "items"): string {
  return unit === "items" ? `${String(value)}/${String(total)} items` : `${formatBytes(value)}/${formatBytes(total)}`;
}

/** Bytes in binary units with one digit, e.g. `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let scaled = bytes;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? String(scaled) : scaled.toFixed(1)} ${units[unit] ?? "B"}`;
}
