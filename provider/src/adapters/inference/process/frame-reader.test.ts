import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { frameHeader } from "../worker/frames.ts";
import { type Frame, FrameReader } from "./frame-reader.ts";

const CAP = 1_000;

function framesOf(chunks: readonly Uint8Array[]): Frame[] {
  const reader = new FrameReader(CAP);
  const frames: Frame[] = [];
  for (const chunk of chunks) reader.push(chunk, (frame) => frames.push(frame));
  return frames;
}

function frame(type: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.from([...frameHeader(type, payload.length), ...payload]);
}

describe("frame reader", () => {
  const stream = Uint8Array.from([...frame(1, [1, 2, 3]), ...frame(2, []), ...frame(255, [4])]);
  const expected = [
    { type: 1, payload: Uint8Array.of(1, 2, 3) },
    { type: 2, payload: new Uint8Array() },
    { type: 255, payload: Uint8Array.of(4) },
  ];

  it("finds the same frames however the stream is cut", () => {
    for (let size = 1; size <= stream.length; size++) {
      const cuts = Math.ceil(stream.length / size);
      const chunks = Array.from({ length: cuts }, (_, i) => stream.subarray(i * size, (i + 1) * size));
      assert.deepEqual(framesOf(chunks), expected, `chunks of ${size}`);
    }
  });

  it("gives no frame before its last byte is there", () => {
    const ends = [11, 19, 28];
    for (let length = 0; length <= stream.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      assert.deepEqual(framesOf([stream.subarray(0, length)]), expected.slice(0, whole), `${length} bytes`);
    }
  });

  it("takes a frame of the largest size, and refuses a larger one by its header alone", () => {
    assert.equal(framesOf([frameHeader(1, CAP), new Uint8Array(CAP)])[0]?.payload.length, CAP);
    assert.throws(() => framesOf([frameHeader(1, CAP + 1)]), RangeError);
    assert.throws(() => framesOf([frameHeader(1, 2 ** 32 - 1)]), RangeError);
  });

  it("makes of garbage frames below the cap or a RangeError, and nothing else", () => {
    let state = 5;
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from({ length: 64 }, (_, i) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        // Lengths with two zero bytes on top are often below the cap.
        return i % 8 === 2 || i % 8 === 3 ? 0 : state >>> 24 > 40 ? state >>> 30 : state >>> 24;
      });
      try {
        for (const { payload } of framesOf([bytes])) assert.ok(payload.length <= CAP);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
        refused++;
      }
    }
    assert.ok(refused > 0 && refused < 2_000, `${refused}`);
  });
});
