import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { answerTo } from './children.js';
import type { GrpcCommands } from './serverCommands.js';

/** Asks a server over gRPC, in a process of its own. */

const METHOD = '/inference.GRPCInferenceService/ModelInfer';

let client: Client | undefined;

answerTo<GrpcCommands>({
  run: async ({ address, model, input, numbers, at, count }) => {
    client ??= new Client(address, credentials.createInsecure());
    const message = messageOf(model, input, numbers);
    let left = count;
    const asking = Array.from({ length: at }, async () => {
      while (left-- > 0) await ask(message);
    });
    await Promise.all(asking);
    return null;
  },
});

function ask(message: Buffer): Promise<void> {
  const same = (octets: Buffer) => octets;
  return new Promise((resolve, reject) => {
    client?.makeUnaryRequest(METHOD, same, same, message, new Metadata(), {}, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

/** A request of one row of numbers, in raw contents. */
function messageOf(model: string, input: string, numbers: readonly number[]): Buffer {
  const writer = new BinaryWriter().tag(1, 2).string(model);
  writer.tag(5, 2).fork().tag(1, 2).string(input).tag(2, 2).string('FP32');
  writer.tag(3, 2).fork().int64(1).int64(numbers.length).join().join();
  const raw = new Uint8Array(Float32Array.from(numbers).buffer);
  return Buffer.from(writer.tag(7, 2).bytes(raw).finish());
}
