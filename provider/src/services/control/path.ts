import { join } from "node:path";

/** Path of the file that tells other commands where the running node's control API is. */
export function controlPath(directory: string): string {
  return join(directory, "control.json");
}
