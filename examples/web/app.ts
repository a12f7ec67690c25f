import fastify, { type FastifyInstance } from 'fastify';
import { DataError, DeadlineError, OverloadError, RefusedRow, type ThreadedCascade } from 'spillway';
import type { Mail } from 'spillway/datasets';

const text = { type: 'string', maxLength: 20_000 };
const mails = {
  type: 'array',
  maxItems: 1_000,
  items: { type: 'object', required: ['subject', 'body'], properties: { subject: text, body: text } },
};

/** A web server that sorts mails on threads: its event loop stays free for everything else. */
export function mailApp(
  served: Pick<ThreadedCascade<Mail>, 'predict' | 'certificate' | 'close'>,
): FastifyInstance {
  const app = fastify();
  app.post<{ Body: Mail[] }>('/mails', { schema: { body: mails } }, async (request, reply) => {
    // A client who leaves frees the threads.
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const { labels, verdict } = await served.predict(request.body, {
      deadlineMs: 2_000,
      signal: left.signal,
    });
    return { labels, verdict };
  });
  app.get('/certificate', () => served.certificate);
  app.setErrorHandler((error, _request, reply) => {
    reply.code(statusOf(error)).send({ error: error instanceof Error ? error.message : String(error) });
  });
  app.addHook('onClose', () => served.close());
  return app;
}

function statusOf(error: unknown): number {
  if (error instanceof RefusedRow || error instanceof DataError) return 400;
  if (error instanceof OverloadError) return 503;
  if (error instanceof DeadlineError) return 504;
  const isOwn = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
  return isOwn ? Number(error.statusCode) : 500;
}
