import { readdirSync, readFileSync } from "node:fs";

/** Resident memory in bytes and number of processes below and including one process. */
export interface TreeUsage {
  readonly residentBytes: number;
  readonly pids: readonly number[];
}

/** Reads /proc; a process that ends meanwhile counts as nothing. */
export function processTree(root: number): TreeUsage {
  const pids: number[] = [];
  let residentBytes = 0;
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const resident = residentOf(pid);
    if (resident === undefined) continue;
    pids.push(pid);
    residentBytes += resident;
    waiting.push(...childrenOf(pid));
  }
  return { residentBytes, pids };
}

/** Whether a process can still do anything; a zombie, which waits for its parent to take note, cannot. */
export function isRunning(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== undefined && !/^.*\) [ZX] /s.test(stat);
}

/** Processor time that live processes have used so far, in seconds. */
export function processorSeconds(pids: readonly number[]): number {
  const ticksPerSecond = 100;
  return pids.reduce((sum, pid) => {
    const fields = read(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, "")
      .split(" ");
    return sum + (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) / ticksPerSecond;
  }, 0);
}

function residentOf(pid: number): number | undefined {
  const status = read(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Any thread may have forked, so all threads' lists are read. */
function childrenOf(pid: number): number[] {
  const threads = list(`/proc/${pid}/task`);
  return threads
    .flatMap((thread) => (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" "))
    .filter((child) => child !== "")
    .map(Number);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
