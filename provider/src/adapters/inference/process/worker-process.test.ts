import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "mocha";
import { runOnWorker } from "../engine/run-on-worker.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isRunning, processTree } from "../sandbox/process-tree.ts";
import { hostileWorker, reportOf } from "../testing/hostile-program.ts";
import { ISOLATED, SANDBOXES } from "../testing/sandboxes.ts";
import { batchOf, collect, failsWith } from "../testing/ungated.ts";
import { FRAME, INPUT_FD } from "../worker/frames.ts";
import { workerProtocol } from "./worker-errors.ts";

const done = workerProtocol("the test is over");
const folder = mkdtempSync(join(tmpdir(), "glia-secret-"));
const secret = join(folder, "secret.key");
writeFileSync(secret, "the key");
after(() => rmSync(folder, { recursive: true, force: true }));

for (const { name, facts } of SANDBOXES) {
  describe(`a worker that was taken over, in a ${name}`, () => {
    it("sees an empty environment but for the telemetry switch, and an empty directory", async () => {
      process.env["GLIA_TEST_SECRET"] = "hunter2";
      const worker = hostileWorker("report({ env: process.env, files: fs.readdirSync('.') });", facts);
      const seen = await reportOf<{ env: Record<string, string>; files: string[] }>(worker);
      delete process.env["GLIA_TEST_SECRET"];
      delete seen.env["PWD"];
      assert.deepEqual(seen, { env: { ORT_DISABLE_TELEMETRY: "1" }, files: [] });
      await worker.gone;
    });

    it("cannot make the node swallow a huge frame", async () => {
      const worker = hostileWorker(
        "fs.writeSync(3, Buffer.from([255, 255, 255, 255, 19, 0, 0, 0])); forever();",
        facts,
      );
      await assert.rejects(reportOf(worker), failsWith("WORKER_PROTOCOL"));
      await worker.gone;
    });

    it("cannot confuse the node with other messages or broken JSON", async () => {
      await assert.rejects(
        reportOf(hostileWorker("send(19, Buffer.alloc(4)); forever();", facts)),
        failsWith("WORKER_PROTOCOL"),
      );
      const worker = hostileWorker(`send(16, Buffer.from("{")); forever();`, facts);
      await assert.rejects(reportOf(worker), failsWith("WORKER_PROTOCOL"));
      worker.kill(done);
      await worker.gone;
    });

    it("cannot confuse the node with outlines, outputs or reports that are none", async () => {
      const batch = batchOf("x", "float32", [1], [new Uint8Array(4)]);
      const outline = (json: string): string => `send(${FRAME.outline}, Buffer.from(${JSON.stringify(json)}));`;
      const good = outline('[{"name":"y","dtype":"float32","shape":[1]}]');
      const lies = [
        ...[
          "null",
          "{}",
          "[null]",
          '[{"name":"y","dtype":"float32","shape":[-1]}]',
          '[{"name":{},"dtype":"x","shape":[]}]',
        ].map(outline),
        ...["0", "3", "4", "12"].map((bytes) => `${good} send(${FRAME.output}, Buffer.alloc(${bytes}, 1));`),
        ...["null", "7", '{"reason":{"toString":1},"message":{"toString":1},"item":{"valueOf":1}}'].map(
          (json) => `send(${FRAME.failed}, Buffer.from(${JSON.stringify(json)}));`,
        ),
      ];
      for (const lie of lies) {
        const worker = hostileWorker(`${lie} forever();`, facts);
        await assert.rejects(collect(runOnWorker(worker, batch, DEFAULT_LIMITS)), failsWith("WORKER_PROTOCOL"), lie);
        worker.kill(done);
        await worker.gone;
      }
    });

    it("cannot keep the node waiting with half a frame", async () => {
      const half = "fs.writeSync(3, Buffer.from([9, 0, 0, 0, 16, 0, 0, 0, 1, 2]));";
      const silent = hostileWorker(`${half} forever();`, facts);
      await assert.rejects(reportOf(silent, 2_000), failsWith("WORKER_TIMEOUT"));
      await silent.gone;
      await assert.rejects(reportOf(hostileWorker(half, facts)), failsWith("WORKER_CRASHED"));
    });

    it("may print as much as it likes: the node keeps a few clean kilobytes", async () => {
      const code = `for (let i = 0; i < 400; i++) { fs.writeSync(2, "\\x1b[31m" + "x".repeat(65536)); fs.writeSync(1, "y".repeat(65536)); } process.exit(9);`;
      await assert.rejects(reportOf(hostileWorker(code, facts)), (error: unknown) => {
        assert.ok(failsWith("WORKER_CRASHED", { code: 9 })(error), String(error));
        const { stderr } = (error as { details: { stderr: string } }).details;
        assert.ok(stderr.length <= 16 * 1024 + 1 && stderr.length > 1024);
        assert.ok(!/\p{Cc}/u.test(stderr));
        return true;
      });
    });

    it("dies when it starts too many processes, and all of them with it", async () => {
      const code = `
        const { spawn } = await import("node:child_process");
        for (let i = 0; i < 12; i++) spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { detached: true, stdio: "ignore" });
        forever();`;
      const worker = hostileWorker(code, facts, { maxProcesses: 9 });
      const seen = new Set<number>();
      const watch = setInterval(() => processTree(worker.pid).pids.forEach((pid) => seen.add(pid)), 5);
      await assert.rejects(
        reportOf(worker),
        (error: unknown) => failsWith("WORKER_PROCESSES")(error) || failsWith("WORKER_CRASHED")(error),
      );
      clearInterval(watch);
      await worker.gone;
      for (const pid of seen) assert.equal(isRunning(pid), false, `process ${pid} is still there`);
      assert.ok(seen.size > 3);
    });

    it("takes a grandchild that left the process group with it", async () => {
      const code = `
        const { spawn } = await import("node:child_process");
        spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { detached: true, stdio: "ignore" }).once("spawn", () => report({}));
        forever();`;
      const worker = hostileWorker(code, facts);
      await reportOf(worker);
      const { pids } = processTree(worker.pid);
      assert.ok(pids.length >= 2);
      worker.kill(done);
      await worker.gone;
      for (const pid of pids) assert.equal(isRunning(pid), false, `process ${pid} is still there`);
    });

    it("dies when it holds too much memory", async () => {
      const code = "const hold = []; setInterval(() => hold.push(Buffer.alloc(32 << 20, 1)), 5);";
      const worker = hostileWorker(code, facts, { memoryBytes: 256 * 1024 * 1024 });
      await assert.rejects(reportOf(worker), failsWith("WORKER_MEMORY"));
      await worker.gone;
    });

    it("leaves no directory behind", async () => {
      const before = readdirSync(tmpdir()).filter((entry) => entry.startsWith("glia-worker-")).length;
      const worker = hostileWorker("report({}); forever();", facts);
      await reportOf(worker);
      worker.kill(done);
      await worker.gone;
      assert.equal(readdirSync(tmpdir()).filter((entry) => entry.startsWith("glia-worker-")).length, before);
    });

    if (facts.prlimit !== undefined) {
      it("is stopped by the kernel when it uses up its processor time", async () => {
        const worker = hostileWorker("for (;;);", facts, { cpuSeconds: 1 });
        await assert.rejects(reportOf(worker), failsWith("WORKER_CPU"));
        await worker.gone;
      });

      it("can only read its input window", async () => {
        const code = `
          process.on("SIGXFSZ", () => undefined);
          const codeOf = (work) => { try { work(); return "done"; } catch (error) { return error.code; } };
          const again = codeOf(() => fs.writeSync(fs.openSync("/proc/self/fd/${INPUT_FD}", "r+"), "x"));
          report({ size: fs.fstatSync(${INPUT_FD}).size, write: codeOf(() => fs.writeSync(${INPUT_FD}, "x")), again });`;
        const worker = hostileWorker(code, facts);
        const { size, write, again } = await reportOf<{ size: number; write: string; again: string }>(worker);
        assert.deepEqual({ size, write }, { size: 0, write: "EBADF" });
        // Only root may open it again, and then the kernel's limit holds.
        assert.ok(["EACCES", "EFBIG"].includes(again), again);
        worker.kill(done);
        await worker.gone;
      });

      it("can write no file, not even in its own directory, and open few", async () => {
        const code = `
          process.on("SIGXFSZ", () => undefined);
          const codeOf = (work) => { try { work(); return "done"; } catch (error) { return error.code; } };
          const write = codeOf(() => fs.writeFileSync("loot", "x"));
          const open = codeOf(() => { for (let i = 0; i < 200; i++) fs.openSync("/dev/null"); });
          report({ write, open });`;
        const worker = hostileWorker(code, facts, { maxOpenFiles: 64 });
        assert.deepEqual(await reportOf(worker), { write: "EFBIG", open: "EMFILE" });
        await worker.gone;
      });
    }
  });
}

if (ISOLATED !== undefined) {
  const { facts } = ISOLATED;
  describe("a worker that was taken over, isolated", () => {
    it("sees none of this machine's files", async () => {
      const code = `
        const codeOf = (path) => { try { return fs.readFileSync(path, "utf8"); } catch (error) { return error.code; } };
        report([${JSON.stringify(secret)}, "/etc/passwd", "/proc/1/environ"].map(codeOf));`;
      const [key, passwd, environ] = await reportOf<string[]>(hostileWorker(code, facts));
      assert.equal(key, "ENOENT");
      assert.equal(passwd, "ENOENT");
      assert.ok(environ !== undefined && !environ.includes("PATH="));
    });

    it("reaches no network, not even this machine's own", async () => {
      const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const code = `
        const net = await import("node:net");
        const socket = net.connect(${port}, "127.0.0.1");
        socket.on("connect", () => report("connected")).on("error", (error) => report(error.code));`;
      assert.equal(await reportOf(hostileWorker(code, facts)), "ECONNREFUSED");
      server.close();
    });

    it("sees no processes but its own, and cannot signal the node", async () => {
      const code = `
        const pids = fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
        let signal = "sent";
        try { process.kill(${process.pid}, 0); } catch (error) { signal = error.code; }
        report({ few: pids.length <= 4, signal });`;
      assert.deepEqual(await reportOf(hostileWorker(code, facts)), { few: true, signal: "ESRCH" });
    });

    it("can write nowhere outside its own memory", async () => {
      const code = `
        const codeOf = (path) => { try { fs.mkdirSync(path); return "done"; } catch (error) { return error.code; } };
        report(["/usr/loot", "/glia/program/loot", "/glia/node_modules"].map(codeOf));`;
      const found = await reportOf<string[]>(hostileWorker(code, facts));
      assert.deepEqual(found.slice(0, 2), ["EROFS", "EROFS"]);
    });
  });
}
