/** Whether this processor is little-endian: all that Node supports except s390x. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
