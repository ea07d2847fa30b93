/** Many writers at once, or one collector alone. */
export interface SharedLock {
  shared<T>(work: () => Promise<T>): Promise<T>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** A fair lock: whoever wants to be alone waits for those at work, and those who come later wait for it. */
export function createSharedLock(): SharedLock {
  let lastExclusive: Promise<unknown> = Promise.resolve();
  const running = new Set<Promise<unknown>>();
  const settle = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
  return {
    shared: (work) => {
      const started = lastExclusive.then(work);
      const done = settle(started).finally(() => running.delete(done));
      running.add(done);
      return started;
    },
    exclusive: (work) => {
      const before = Promise.all([lastExclusive, ...running]);
      const started = before.then(work);
      lastExclusive = settle(started);
      return started;
    },
  };
}
