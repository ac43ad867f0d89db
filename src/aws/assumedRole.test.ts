import type { AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { assumedRole } from './assumedRole.ts';

const HOUR_MS = 3_600_000;
const ROLE = { roleArn: 'arn:aws:iam::444455556666:role/spoke', externalId: 'what-nobody-guesses' };

function setUp() {
  const time = { now: 1_700_000_000_000 };
  const asked: AssumeRoleCommandInput[] = [];
  const fail: { next: Error | undefined; isSilent: boolean } = { next: undefined, isSilent: false };
  const send = async ({ input }: { input: AssumeRoleCommandInput }) => {
    asked.push(input);
    if (fail.isSilent) return new Promise(() => {});
    const error = fail.next;
    fail.next = undefined;
    if (error !== undefined) throw error;
    return {
      Credentials: {
        AccessKeyId: `ASIA${asked.length}`,
        SecretAccessKey: 'secret',
        SessionToken: 'token',
        Expiration: new Date(time.now + HOUR_MS),
      },
    };
  };
  const sts = { send: send as STSClient['send'] };
  const clock = { now: () => time.now, realMs: (ms: number) => ms };
  const provide = assumedRole(sts, clock, { plan: 'shop', uid: 'uid-1' }, ROLE);
  return { time, asked, fail, refused: provide.refused, key: async () => (await provide()).accessKeyId };
}

test('a session is the plan’s: its name, its tags, its external id', async () => {
  const { asked, key } = setUp();
  await key();
  expect(asked).toEqual([
    {
      RoleArn: ROLE.roleArn,
      RoleSessionName: 'meshlift-shop',
      ExternalId: ROLE.externalId,
      Tags: [
        { Key: 'meshlift.dev/plan', Value: 'shop' },
        { Key: 'meshlift.dev/uid', Value: 'uid-1' },
      ],
    },
  ]);
});

test('all who ask at once wait for one question, and its answer is kept until five minutes before its end', async () => {
  const { time, key } = setUp();
  expect(await Promise.all([key(), key(), key()])).toEqual(['ASIA1', 'ASIA1', 'ASIA1']);
  time.now += HOUR_MS - 5 * 60_000 - 1;
  expect(await key()).toBe('ASIA1');
  time.now += 1;
  expect(await Promise.all([key(), key()]), 'which still serve while they are renewed').toEqual(['ASIA1', 'ASIA1']);
  await expect.poll(key).toBe('ASIA2');
  time.now += HOUR_MS;
  expect(await Promise.all([key(), key()])).toEqual(['ASIA3', 'ASIA3']);
});

test('a refusal is for those who waited for it, and asked anew by the next', async () => {
  const { fail, key } = setUp();
  fail.next = new Error('not authorized');
  const both = await Promise.allSettled([key(), key()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await key()).toBe('ASIA2');
});

test('a renewal that is refused costs nobody the session that there is, and is tried again a little later', async () => {
  const { time, fail, asked, key } = setUp();
  await key();
  time.now += HOUR_MS - 5 * 60_000;
  fail.next = new Error('STS does not answer');
  expect(await key()).toBe('ASIA1');
  await expect.poll(() => asked.length).toBe(2);
  time.now += 14_000;
  expect(await key()).toBe('ASIA1');
  expect(asked).toHaveLength(2);
  time.now += 1_000;
  await expect.poll(key).toBe('ASIA3');
});

test('nobody waits for a renewal that gets no answer, until the session is over', async () => {
  const { time, fail, key } = setUp();
  await key();
  time.now += HOUR_MS - 5 * 60_000;
  fail.isSilent = true;
  expect(await key()).toBe('ASIA1');
  time.now += 5 * 60_000 - 1;
  expect(await key()).toBe('ASIA1');
});

test('a late refusal of the session before costs nobody the one that there is', async () => {
  const { time, refused, key } = setUp();
  await key();
  time.now += HOUR_MS;
  expect(await key()).toBe('ASIA2');
  const expired = Object.assign(new Error('The security token included in the request is expired'), {
    name: 'ExpiredTokenException',
  });
  refused('ASIA1', expired);
  expect(await key()).toBe('ASIA2');
  refused('ASIA2', expired);
  expect(await key()).toBe('ASIA3');
});
