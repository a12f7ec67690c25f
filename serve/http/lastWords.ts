import type { Duplex } from 'node:stream';

/**
 * Ends a connection with a text. What its client still sends is read and dropped meanwhile: the system resets a
 * connection with octets that nobody has read, and a client that is reset may lose the text.
 *
 * @param lingerMs that the client may take, in milliseconds, until it ends the connection as well
 */
export function endWith(socket: Duplex, text: string, lingerMs = 1000): void {
  socket.end(text);
  const last = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(last));
}
