/** A decoded picture: rows from the top, channels interleaved. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array | Uint16Array;
  /** The value of white: 255 or 65,535. */
  readonly max: number;
}

/** Most pixels of a picture that is decoded. */
export const MAX_PIXELS = 64 * 1024 * 1024;
