/** Whether this processor writes a number's lowest byte first: all that Node runs on but s390x. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
