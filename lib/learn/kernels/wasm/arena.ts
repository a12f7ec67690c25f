type Data = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array;

/** Plans the layout of a kernel's memory: addresses are known before the memory exists. */
export class Arena {
  bytes = 0;
  private readonly parts: { readonly at: number; readonly data: Data }[] = [];

  /** Reserves `bytes` bytes; returns their address. */
  room(bytes: number): number {
    const at = this.bytes;
    this.bytes += 16 * Math.ceil(bytes / 16);
    return at;
  }

  /** Has data copied to room that was had before. */
  set(at: number, data: Data): void {
    this.parts.push({ at, data });
  }

  /** Room with data in it. */
  put(data: Data): number {
    const at = this.room(data.byteLength);
    this.set(at, data);
    return at;
  }

  fill(memory: ArrayBuffer): void {
    for (const { at, data } of this.parts) {
      new Uint8Array(memory, at).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
}
