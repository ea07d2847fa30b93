/**
 * A process for tests that fetches one file into a store on disk, and says how far it is: a line with the bytes that are here each time.
 * Usage: node storage-fetch.ts <store directory> <gateway> <CID> <most bytes>. Whoever started it may end it at any moment.
 */
import { fetchContent, parseCid } from "@glia/sdk";
import { openFsStore } from "@glia/sdk/node";

const [directory = "", gateway = "", cid = "", maxBytes = "0"] = process.argv.slice(2);
await fetchContent(parseCid(cid), [gateway], await openFsStore(directory), {
  maxBytes: Number(maxBytes),
  pin: true,
  concurrency: 2,
  onProgress: (done) => console.log(done),
});
