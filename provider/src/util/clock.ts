/** Seconds of Unix time on this machine; for quotes and rate limits only, deadlines of jobs are read against the chain's own time. */
export function wallClock(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
