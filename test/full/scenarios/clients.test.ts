import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, test } from 'vitest';
import { Stage, until } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** A browser that keeps its cookies. */
class Browser {
  #cookies = new Map<string, string>();

  async visit(url: string): Promise<{ status: number; service: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { headers: cookie === '' ? {} : { cookie } });
    await response.arrayBuffer();
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=', 2) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: response.status, service: response.headers.get('x-served-by')?.split('/')[0] ?? 'nobody' };
  }
}

test('a client that sticks to green is back on blue with its next request after a rollback', async () => {
  stage = await Stage.open({
    dress: async ({ person, edge }) => {
      const groups = { TargetGroups: [{ TargetGroupArn: edge.targetGroupArn, Weight: 1 }] };
      await person.elbv2.send(
        new ModifyRuleCommand({
          RuleArn: edge.listenerRuleArn,
          Actions: [
            {
              Type: 'forward',
              ForwardConfig: { ...groups, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 } },
            },
          ],
        }),
      );
    },
  });
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  // A new browser each time until one is sent to green; that one is kept there.
  const browser = await until('a browser on green', async () => {
    const candidate = new Browser();
    return (await candidate.visit(stage.edge.url)).service === 'frontend-sc' ? candidate : undefined;
  });
  for (let visit = 0; visit < 20; visit += 1) {
    expect(await browser.visit(stage.edge.url)).toEqual({ status: 200, service: 'frontend-sc' });
  }
  await stage.abort();
  await stage.untilEvent('Transition', 'backward.shiftBack →');
  for (let visit = 0; visit < 20; visit += 1) {
    expect(await browser.visit(stage.edge.url)).toEqual({ status: 200, service: 'frontend' });
  }
  expect((await stage.untilSettled()).machine.value).toBe('rolledBack');
  const users = await stage.users('a sticky client across a rollback');
  expect(users.failures).toEqual({});
});

/** A WebSocket to the shop that hears who serves it, again and again. */
class Listener {
  readonly heard: { service: string; at: number }[] = [];
  closedAt: number | undefined;
  closeCode: number | undefined;
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url.replace('http:', 'ws:'));
    this.#socket.addEventListener('message', ({ data }) => {
      this.heard.push({ service: String(data).split('/')[0] ?? '', at: Date.now() });
    });
    this.#socket.addEventListener('close', ({ code }) => {
      this.closedAt = Date.now();
      this.closeCode = code;
    });
  }

  close(): void {
    this.#socket.close();
  }

  /** Waits for the first word. */
  async service(): Promise<string> {
    return until('a word of the WebSocket', async () => this.heard[0]?.service);
  }
}

test('an open WebSocket stays on green across a rollback until green’s task is drained, and a new one is on blue', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  const onGreen = await until('a WebSocket on green', async () => {
    const candidate = new Listener(stage.edge.url);
    if ((await candidate.service()) === 'frontend-sc') return candidate;
    candidate.close();
    return undefined;
  });
  await stage.abort();
  await stage.untilEvent('Transition', 'backward.shiftBack →');
  const backAt = Date.now();
  const after = new Listener(stage.edge.url);
  expect(await after.service()).toBe('frontend');
  expect((await stage.untilSettled()).machine.value).toBe('rolledBack');
  expect(onGreen.closeCode).toBe(1001);
  expect(onGreen.closedAt ?? 0).toBeGreaterThan(backAt);
  expect(onGreen.heard.some(({ service, at }) => service === 'frontend-sc' && at > backAt)).toBe(true);
  expect(after.closedAt).toBe(undefined);
  after.close();
  const users = await stage.users('an open WebSocket across a rollback');
  expect(users.failures).toEqual({});
});
