import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SIMULATED_ACCOUNT } from '../../lab/simulated/simulatedAws.ts';
import { namespaceOf } from '../../lab/wire/direct.ts';
import { EXTERNAL_ID, SPOKE, SPOKE_ROLE, TwoAccounts } from '../unit/operator/accountsStage.ts';
import { tagged } from '../unit/operator/lookAround.ts';
import type { PlanChanges } from '../unit/operator/manifest.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';

const PASSES_MAX = 400;
const MINUTE_MS = 60_000;
const IN_SPOKE: PlanChanges = { name: 'spoke', access: { roleArn: SPOKE_ROLE, externalId: EXTERNAL_ID } };

let accounts: TwoAccounts;

beforeEach(async () => {
  accounts = await TwoAccounts.create();
});

afterEach(() => accounts.close());

const isDone = async (world: OperatorWorld, name: string): Promise<boolean> =>
  (await world.store.readStatus(name))?.status.machine.value === 'succeeded';

/** What an operator was denied there, which then counts no more. */
const deniedIn = ({ role }: OperatorWorld): string[] => [...new Set(role.denied.splice(0))];

const session = (account: string, name: string) => `arn:aws:sts::${account}:assumed-role/meshlift-operator/${name}`;

async function wordsOf(world: OperatorWorld, name: string): Promise<string> {
  const { conditions, report } = await world.status(name);
  return [...conditions.map(({ reason, message }) => `${reason} ${message}`), report.waitingFor].join('\n');
}

test('plans in two accounts go side by side, each with credentials that the other never has', async () => {
  const { hub, spoke } = accounts;
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  // Longer than a session lasts, so that it is renewed on the way.
  const steps = [
    { weight: 50, bake: '90m' },
    { weight: 100, bake: '1m' },
  ];
  await hub.apply({ name: 'hub', steps });
  await spoke.apply({ ...IN_SPOKE, steps });
  for (let passes = 0; passes < PASSES_MAX; passes += 1) {
    if (await isDone(hub, 'hub')) break;
    await hub.pass('hub');
    await spoke.pass('spoke');
  }
  await spoke.until('succeeded', ({ machine }) => machine.value === 'succeeded', 'spoke');
  expect(await isDone(hub, 'hub'), await wordsOf(hub, 'hub')).toBe(true);

  expect([...hub.role.sessions]).toEqual([session(SIMULATED_ACCOUNT.id, 'operator')]);
  expect([...spoke.role.sessions]).toEqual([session(SPOKE.id, 'meshlift-spoke')]);
  expect(hub.role.asked).toContain('sts:AssumeRole');
  for (const world of [hub, spoke]) {
    expect(world.traffic.tally.failed).toEqual([]);
    expect(await tagged(world)).toContain('service frontend-sc');
  }
});

test('an operator whose configuration does not allow the role asks nothing of the account', async () => {
  const { spoke } = accounts;
  await accounts.startOperator({ roles: ['arn:aws:iam::999999999999:role/*'] });
  await spoke.apply(IN_SPOKE);
  await spoke.until('refused', ({ conditions }) => conditions.some(({ reason }) => reason === 'OutOfReach'), 'spoke');
  expect(await wordsOf(spoke, 'spoke')).toContain(
    `spec.access.roleArn: the role ${SPOKE_ROLE} is not among what this operator may reach`,
  );
  expect([...spoke.role.sessions]).toEqual([]);
  expect(accounts.hub.role.asked, 'no session is even opened').not.toContain('sts:AssumeRole');
  expect(await spoke.lookAtBlue()).toEqual(spoke.blue);
});

test('a plan that the configuration allows no more stands still, and goes on once it does again', async () => {
  const { spoke } = accounts;
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  const told: string[] = [];
  const hook = createServer((request, response) => {
    void text(request).then((body) => {
      told.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void hook.close());
  const webhook = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  await spoke.apply({ ...IN_SPOKE, notify: [{ webhook, on: ['warnings'] }] });
  await spoke.until('a bake', ({ machine }) => machine.value === 'ramp.bake', 'spoke');
  const carried = await spoke.lookAtBlue();
  await spoke.operator.reconciler.release();
  await accounts.startOperator();
  spoke.role.sessions.clear();
  await spoke.until('refused', ({ conditions }) => conditions.some(({ reason }) => reason === 'OutOfReach'), 'spoke');
  for (let passes = 0; passes < 5; passes += 1) await spoke.pass('spoke');
  expect([...spoke.role.sessions]).toEqual([]);
  expect((await spoke.events('spoke')).filter(({ message }) => message.includes('may reach'))).toHaveLength(1);
  expect(await spoke.lookAtBlue()).toEqual(carried);
  await vi.waitFor(() => expect(told.filter((body) => body.includes('may reach'))).toHaveLength(1), 5_000);

  await spoke.operator.reconciler.release();
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  await spoke.until('succeeded', ({ machine }) => machine.value === 'succeeded', 'spoke');
});

test('with another external id nothing is done, and the plan says which policies to look at', async () => {
  const { spoke } = accounts;
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  await spoke.apply({ ...IN_SPOKE, access: { roleArn: SPOKE_ROLE, externalId: 'another' } });
  for (let passes = 0; passes < 5; passes += 1) await spoke.pass('spoke');
  expect(await wordsOf(spoke, 'spoke')).toContain(
    `Two policies must allow sts:AssumeRole on ${SPOKE_ROLE}: that of the role that Meshlift runs with, and the trust policy of the role itself, with spec.access.externalId`,
  );
  expect([...spoke.role.sessions]).toEqual([]);
  expect(deniedIn(accounts.hub)).toEqual([`sts:AssumeRole on ${SPOKE_ROLE}`]);
  expect(await spoke.lookAtBlue()).toEqual(spoke.blue);
});

test('sessions of the role that are revoked in mid-ramp cost the plan a look, and not the rest of their hour', async () => {
  const { spoke } = accounts;
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  await spoke.apply({
    ...IN_SPOKE,
    steps: [
      { weight: 50, bake: '20m' },
      { weight: 100, bake: '1m' },
    ],
  });
  await spoke.until('a bake', ({ machine }) => machine.value === 'ramp.bake', 'spoke');
  await spoke.clock.advanceAsync(5 * MINUTE_MS);
  const revokedAt = spoke.clock.now();
  // As the console's "Revoke active sessions" does it (row N76).
  const older = { DateLessThan: { 'aws:TokenIssueTime': new Date(revokedAt).toISOString() } };
  await spoke.simulated.aws.direct({
    namespace: namespaceOf('iam'),
    operation: 'PutRolePolicy',
    input: {
      RoleName: 'meshlift-operator',
      PolicyName: 'AWSRevokeOlderSessions',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: ['*'], Resource: ['*'], Condition: older }],
      }),
    },
  });
  await spoke.until('succeeded', ({ machine }) => machine.value === 'succeeded', 'spoke');
  expect(deniedIn(spoke), 'the policy has been felt').not.toEqual([]);
  expect(spoke.clock.now() - revokedAt).toBeLessThan(50 * MINUTE_MS);
  expect(spoke.traffic.tally.failed).toEqual([]);
});

test('what the role in the other account lacks is told of that role', async () => {
  const { spoke } = accounts;
  await accounts.startOperator({ roles: [SPOKE_ROLE] });
  spoke.simulated.aws.services.iam.store.roles.get('meshlift-operator')?.attachedPolicies.clear();
  await spoke.apply(IN_SPOKE);
  for (let passes = 0; passes < 5; passes += 1) await spoke.pass('spoke');
  expect(await wordsOf(spoke, 'spoke')).toContain(
    `in the role meshlift-operator of the account ${SPOKE.id}, which the plan names in spec.access`,
  );
  expect(deniedIn(spoke)).not.toEqual([]);
});
