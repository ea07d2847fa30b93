import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "mocha";
import { DEFAULT_LIMITS, type InferenceLimits } from "../limits.ts";
import { type Deadline, parseJson, WorkerProcess } from "../process/worker-process.ts";
import { workerTimeout } from "../process/worker-errors.ts";
import { confinedCommand } from "../sandbox/command.ts";
import type { SandboxFacts } from "../sandbox/facts.ts";
import { FRAME } from "../worker/frames.ts";

const folder = mkdtempSync(join(tmpdir(), "glia-hostile-"));
writeFileSync(join(folder, "package.json"), '{"type":"module"}');
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** What a program says first, as `report(value)`. */
const PRELUDE = `
import fs from "node:fs";
const send = (type, bytes) => {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(bytes.length);
  header[4] = type;
  fs.writeSync(3, Buffer.concat([header, bytes]));
};
const report = (value) => send(${FRAME.hello}, Buffer.from(JSON.stringify(value)));
const forever = () => setInterval(() => undefined, 1000);
`;

/** A worker that was taken over: it runs this code, confined as a real worker would be. */
export function hostileWorker(code: string, facts: SandboxFacts, limits: Partial<InferenceLimits> = {}): WorkerProcess {
  const entry = join(folder, `program${count++}.js`);
  writeFileSync(entry, PRELUDE + code);
  const all = { ...DEFAULT_LIMITS, ...limits };
  const program = { entry, packages: {}, manifest: join(folder, "package.json"), gpu: false, environment: {} };
  return new WorkerProcess(confinedCommand(program, all, facts), all);
}

/** What the program reports. Rejects with the reason for which it was killed. */
export async function reportOf<T>(worker: WorkerProcess, waitMs = 20_000): Promise<T> {
  const at = performance.now() + waitMs;
  const deadline: Deadline = () => ({ at, error: () => workerTimeout("start", waitMs) });
  return parseJson((await worker.next([FRAME.hello], deadline)).payload) as T;
}
