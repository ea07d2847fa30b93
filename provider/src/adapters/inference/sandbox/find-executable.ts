import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const STANDARD_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin"];

/** Absolute path of a program, from PATH and the standard folders; undefined if there is none. */
export function findExecutable(name: string): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...STANDARD_FOLDERS,
  ];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
