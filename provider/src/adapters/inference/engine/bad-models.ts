/** Remembers files that took a worker down, so that they are not run again. The caller may keep it on disk. */
export interface BadModels {
  /** The error code for which the file is refused; undefined if it is not. `sha256` is lower-case hex. */
  reason(sha256: string): Promise<string | undefined>;
  /** Called each time a worker had to be killed or died while it had this file. */
  record(sha256: string, code: string): Promise<void>;
}

/** Any machine may lose a process once; a file that loses two is to blame. */
const CRASHES_ALLOWED = 1;

/** A list that lives as long as the process. */
export function badModelsInMemory(): BadModels {
  const counts = new Map<string, { code: string; count: number }>();
  return {
    async reason(sha256) {
      const entry = counts.get(sha256);
      if (entry === undefined) return undefined;
      return entry.code === "WORKER_CRASHED" && entry.count <= CRASHES_ALLOWED ? undefined : entry.code;
    },
    async record(sha256, code) {
      counts.set(sha256, { code, count: (counts.get(sha256)?.count ?? 0) + 1 });
    },
  };
}

const BLAMED: ReadonlySet<string> = new Set([
  "WORKER_TIMEOUT",
  "WORKER_MEMORY",
  "WORKER_PROCESSES",
  "WORKER_CPU",
  "WORKER_PROTOCOL",
  "WORKER_CRASHED",
]);

/** Whether an error with this code speaks against the model, and not against the batch or the caller. */
export function speaksAgainstModel(code: string): boolean {
  return BLAMED.has(code);
}
