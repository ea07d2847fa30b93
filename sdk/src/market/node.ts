/** What of this folder needs Node; `sdk/src/node.ts` gives it to others. */
export { fileJobStore } from "./file-job-store.ts";
