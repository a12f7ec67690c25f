/** The protocol over gRPC: methods and their messages, deadlines and cancellation. */

export type { GrpcLimits, GrpcOptions } from './options.js';
export { grpcServer } from './server.js';
