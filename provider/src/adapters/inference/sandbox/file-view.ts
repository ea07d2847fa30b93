import { lstatSync, readlinkSync } from "node:fs";

/** Devices and driver files that a GPU needs; shown to the worker only if its execution provider asks for them. */
const GPU_DEVICES = ["/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/dri"];
const GPU_FILES = ["/sys", "/etc/ld.so.cache", "/etc/vulkan", "/etc/OpenCL"];

/** Arguments of bubblewrap that show the system's programs and libraries read-only, an empty /tmp, and nothing else. */
export function systemView(gpu: boolean, tmpBytes: number): string[] {
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...["/lib", "/lib64", "/lib32", "/bin", "/sbin"].flatMap(sameAsHost),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", String(tmpBytes), "--tmpfs", "/tmp", "--chdir", "/tmp"],
    ...(gpu ? GPU_DEVICES.flatMap((path) => ["--dev-bind-try", path, path]) : []),
    ...(gpu ? GPU_FILES.flatMap((path) => ["--ro-bind-try", path, path]) : []),
  ];
}

/** Most systems have /lib and its kin as links into /usr; some have folders. */
function sameAsHost(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
