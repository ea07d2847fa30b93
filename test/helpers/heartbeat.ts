/** Milliseconds between blocks that come whether there are transactions or not. */
const INTERVAL = 1_000;

/**
 * Lets blocks come on a chain that makes them only for transactions, until the function given is called. Who waits for a receipt looks for it
 * when a block comes; one that comes while it looks is missed, and on a quiet chain none would follow.
 */
export function startHeartbeat({ pass }: { readonly pass: (seconds: number) => Promise<void> }): () => Promise<void> {
  let beating = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(() => pass(0));
  }, INTERVAL);
  return async () => {
    clearInterval(timer);
    await beating;
  };
}
