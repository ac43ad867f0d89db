import { afterEach, expect, test } from 'vitest';
import { Jobs, type Work } from '../../../lab/estates/shop/testJobs.ts';
import { createWorker } from '../../../lab/estates/shop/worker.ts';
import type { PlanChanges } from '../../unit/operator/manifest.ts';
import { Stage, until } from './stage.ts';

/** Real time; two workers are three times as fast. */
const SEND_EVERY_MS = 150;
const TURNS: PlanChanges = {
  services: { frontend: {}, 'stock-api': {}, 'user-api': {}, worker: { cutover: 'exclusive' } },
};

let stage: Stage;
let jobs: Jobs;
afterEach(async () => {
  await jobs?.stopSending();
  await stage.close();
});

/** The shop with its worker, to which messages are sent from now on. */
async function open(): Promise<void> {
  stage = await Stage.open({
    dress: async ({ person, lab }) => {
      await createWorker({ clients: person, account: lab.account });
    },
  });
  jobs = await Jobs.of(stage.person.sqs);
  jobs.keepSending(SEND_EVERY_MS);
}

const serviceOf = ({ servedBy }: Work): string => servedBy.slice(0, servedBy.indexOf('/'));
const workOf = (service: string): Work[] => jobs.done.filter((work) => serviceOf(work) === service);

/** The services in the order in which they worked. */
function turns(): string[] {
  const inOrder = jobs.done.toSorted((a, b) => a.beginMs - b.beginMs).map(serviceOf);
  return inOrder.filter((service, index) => service !== inOrder[index - 1]);
}

/** Of each side the work that was begun before some of the other's had ended. */
const together = (): [Work, Work][] =>
  workOf('worker').flatMap((blue) =>
    workOf('worker-sc')
      .filter((green) => green.beginMs < blue.endMs && blue.beginMs < green.endMs)
      .map((green): [Work, Work] => [blue, green]),
  );

/** Ends the sending, and waits until as many were worked as were sent. Tells the numbers, too. */
async function allWorked(scenario: string): Promise<void> {
  await jobs.stopSending();
  await until('the last of the messages', async () =>
    (await jobs.read()).length >= jobs.sent.length ? true : undefined,
  );
  const sides = ['worker', 'worker-sc'].map((service) => `${workOf(service).length} by ${service}`);
  process.stdout.write(`${scenario}: ${jobs.sent.length} messages, ${sides.join(', ')}\n`);
}

test('a worker takes its turn in a migration: every message is worked once, and never by both sides at a time', async () => {
  await open();
  await stage.apply(TURNS);
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  await allWorked('a worker through a migration');
  expect(jobs.done.map(({ message }) => message).toSorted()).toEqual(jobs.sent.toSorted());
  expect(turns()).toEqual(['worker', 'worker-sc']);
  expect(together()).toEqual([]);
  expect(jobs.done.filter(({ stock }) => stock !== 200)).toEqual([]);
  const users = await stage.users('a worker through a migration');
  expect([users.blue.failed, users.green.failed, users.nobody.failed]).toEqual([0, 0, 0]);
});

test('a worker that has had its turn gives it back in a rollback: every message is worked once, and never by both sides at a time', async () => {
  await open();
  await stage.apply({ ...TURNS, soak: '20m' });
  await stage.untilState('soak');
  await until('work of green', async () => {
    await jobs.read();
    return workOf('worker-sc').length > 0 ? true : undefined;
  });
  await stage.abort();
  expect((await stage.untilSettled()).machine.value).toBe('rolledBack');
  await allWorked('a worker through a rollback');
  expect(jobs.done.map(({ message }) => message).toSorted()).toEqual(jobs.sent.toSorted());
  expect(turns()).toEqual(['worker', 'worker-sc', 'worker']);
  expect(together()).toEqual([]);
  const users = await stage.users('a worker through a rollback');
  expect(users.green.requests).toBeGreaterThan(0);
  expect([users.blue.failed, users.green.failed, users.nobody.failed]).toEqual([0, 0, 0]);
});
