/** One protection, and why it is missing where it is. */
export interface SandboxLayer {
  readonly name: "process" | "bubblewrap" | "prlimit" | "memory-watch";
  readonly inForce: boolean;
  /** What it does, or why it is not there and how to get it. One sentence. */
  readonly detail: string;
}

/** What stands between a stranger's model and this machine. */
export interface SandboxFacts {
  readonly layers: readonly SandboxLayer[];
  /** True if the worker cannot see this machine's files, network or processes: the least that strangers' jobs need. */
  readonly isolated: boolean;
  /** Path of bubblewrap if it works here. */
  readonly bubblewrap: string | undefined;
  /** Path of prlimit if it is here. */
  readonly prlimit: string | undefined;
}

/** `require` refuses to start without isolation, `prefer` takes what there is, `off` starts plain child processes. */
export type SandboxMode = "require" | "prefer" | "off";
