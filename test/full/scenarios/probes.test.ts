import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const PARITY = {
  service: 'frontend',
  path: '/items',
  parity: { headers: ['content-type'], ignore: ['/servedBy', '/user/servedBy', '/stock/servedBy'] },
};
const expecting = (id: number) => [
  { service: 'frontend', path: '/', expect: { status: 200, json: { '/user/id': id } } },
  PARITY,
];

test('green that answers a probe otherwise than expected gets no weight; once it answers as expected the plan goes on', async () => {
  stage = await Stage.open();
  await stage.apply({ probes: expecting(2) });
  await stage.until('the probe that holds', ({ report }) => report.waitingFor.includes('/user/id is 1, not 2'));
  await stage.passes(5);
  await stage.expectIn('verify', 0);
  const held = await stage.users('a probe that green answers otherwise');
  expect(held.green.requests).toBe(0);
  await stage.apply({ probes: expecting(1) });
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('a probe that green answers otherwise, and then as expected');
  expect(users.green.requests).toBeGreaterThan(0);
  expect(users.failures).toEqual({});
});
