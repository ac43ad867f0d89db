import type { NotifyChannel } from '../plan/notify.ts';
import { jsonForm, slackForm } from './forms.ts';
import type { NamedMessage } from './message.ts';

export type Webhook = Extract<NotifyChannel, { kind: 'webhook' }>;

/**
 * Posts a message. Only an answer of 2xx is a delivery; a redirect is none, since what follows it would be told the secret. Throws with a reason
 * that holds nothing of the address.
 *
 * @param timeoutMs how long the receiver may take, real milliseconds.
 */
export async function postToWebhook({ url, form }: Webhook, message: NamedMessage, timeoutMs: number): Promise<void> {
  const body = JSON.stringify(form === 'slack' ? slackForm(message) : jsonForm(message));
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'meshlift', 'idempotency-key': message.id },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => reasonOf(error, timeoutMs));
  // Without its cause: what the runtime says of a failed request may hold the address.
  if (typeof answer === 'string') throw new Error(answer);
  // What it says is of no use, and may go on without end.
  await answer.body?.cancel().catch(() => undefined);
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `it did not answer within ${timeoutMs / 1000} s`;
  const cause = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'it could not be reached' : `it could not be reached (${code})`;
}
