import { type History, nowMs } from './history.ts';

const TICK_MS = 250;
/** Shorter ones happen to every process. */
const STALL_MS_MIN = 1_000;

/** Notes when this process gets no time to run. Answers how to end it. */
export function watchStalls(history: History): () => void {
  let dueMs = nowMs() + TICK_MS;
  const timer = setInterval(() => {
    const now = nowMs();
    if (now - dueMs >= STALL_MS_MIN) history.write({ kind: 'stall', at: dueMs, ms: now - dueMs });
    dueMs = now + TICK_MS;
  }, TICK_MS);
  return () => clearInterval(timer);
}
