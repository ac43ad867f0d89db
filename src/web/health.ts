import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Metrics } from './metrics.ts';

export interface HealthOptions {
  /** When the table was last read with success, milliseconds since the epoch; `undefined` before. */
  lastPollAt: () => number | undefined;
  now: () => number;
  /** An operator that has not read the table for this long is not ready. */
  staleMs: number;
  metrics: Metrics;
  /** The plans that this operator holds, and when it last looked at each, by the clock of {@link now}. */
  plans: () => readonly { plan: string; state: string; lookedAtMs: number }[];
}

/** `/livez`: the process answers. `/readyz`: the table was read lately. `/metrics`: Prometheus. `/plans`: how far each plan is. Read-only, no secrets. */
export function healthApp({ lastPollAt, now, staleMs, metrics, plans }: HealthOptions): Hono {
  const app = new Hono();
  app.get('/livez', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => {
    const at = lastPollAt();
    if (at === undefined) return context.text('the table was not read yet\n', 503);
    const ageMs = now() - at;
    return ageMs <= staleMs
      ? context.text('ok\n')
      : context.text(`the table was last read ${Math.round(ageMs / 1000)} s ago\n`, 503);
  });
  app.get('/metrics', async (context) => {
    const { contentType, text } = await metrics.render();
    return context.body(text, 200, { 'content-type': contentType });
  });
  app.get('/plans', (context) =>
    context.json({
      plans: plans().map(({ plan, state, lookedAtMs }) => ({
        plan,
        state,
        lookedSecondsAgo: Math.round((now() - lookedAtMs) / 1000),
      })),
    }),
  );
  return app;
}

/** Listens until `close`. Rejects when the port cannot be had. */
export function listen(
  app: Hono,
  port: number,
  hostname: string,
): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (info) =>
      resolve({ port: info.port, close: () => new Promise((done) => server.close(() => done())) }),
    );
    server.once('error', reject);
  });
}
