import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SIMULATED_ACCOUNT } from '../../lab/simulated/simulatedAws.ts';
import { type BadInputWorld, startBadInputWorld } from './badInputWorld.ts';

const { id: OWN } = SIMULATED_ACCOUNT;
const OTHER = '444455556666';
const roleIn = (account: string) => `arn:aws:iam::${account}:role/meshlift-spoke`;

let world: BadInputWorld;

beforeAll(async () => {
  world = await startBadInputWorld();
});

afterEach(() => world.deny(undefined));
afterAll(() => world.close());

/** The plan of an application in another account, by whatever role. */
const inAccount = (account: string, access = `  access: { roleArn: "${roleIn(account)}" }\n`): void => {
  const plan = world.goodPlan.replaceAll(`:${OWN}:`, `:${account}:`).replace('spec:\n', `spec:\n${access}`);
  world.cli.files.set('plan.yaml', plan);
};

const UNASKED = `which account your credentials are of: sts:GetCallerIdentity failed with AccessDenied: You are not authorized to perform GetCallerIdentity`;

test.each([
  ['by a role', undefined],
  ['by the credentials of another profile alone', ''],
])('preview says that the application is in another account than the credentials, %s', async (_how, access) => {
  inAccount(OTHER, access);
  const { exitCode, out, err } = await world.cli.run('preview -f plan.yaml --detailed-exitcode');
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(err).toContain(
    `the application of plan "shop" is in the account ${OTHER} (eu-west-1), and your credentials are of the account ${OWN}; nothing was looked at`,
  );
});

test('preview with a role in the account of the credentials says how the operator comes there', async () => {
  inAccount(OWN);
  const { exitCode, out } = await world.cli.run('preview -f plan.yaml');
  expect(exitCode).toBe(0);
  expect(out).toContain(
    `The application was read with your own credentials; the operator makes these calls as ${roleIn(OWN)}.`,
  );
});

test.each(['preview', 'apply'])(
  '%s refuses at its line an entry that is in another Region than the plan',
  async (verb) => {
    world.cli.files.set('plan.yaml', world.goodPlan.replace(':eu-west-1:', ':us-east-1:'));
    const { exitCode, out, err } = await world.cli.run(`${verb} -f plan.yaml`);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(
      /^plan\.yaml:12:\d+: spec\.traffic\[0\]\.alb\.listenerRule: is in us-east-1, and the plan in eu-west-1: set spec\.access\.region/,
    );
    expect(await world.store.listPlans()).toEqual([]);
  },
);

test('where AWS does not say whose the credentials are, apply writes nothing and preview shows nothing', async () => {
  inAccount(OTHER);
  world.deny('GetCallerIdentity');
  const applied = await world.cli.run('apply -f plan.yaml');
  expect(applied.exitCode).toBe(1);
  expect(applied.err).toContain(`plan.yaml: not checked: ${UNASKED}`);
  expect(applied.err).toContain('meshlift apply --skip-admission');
  expect(await world.store.listPlans()).toEqual([]);

  const previewed = await world.cli.run('preview -f plan.yaml');
  expect({ exitCode: previewed.exitCode, out: previewed.out }).toEqual({ exitCode: 1, out: '' });
  expect(previewed.err).toContain(`not known is ${UNASKED}; nothing was looked at`);
});

test('apply leaves an application in another account to the operator, and says so', async () => {
  inAccount(OTHER);
  const { exitCode, out } = await world.cli.run('apply -f plan.yaml');
  expect(exitCode).toBe(0);
  expect(out.split('\n')).toEqual([
    expect.stringContaining(`note: the application is in the account ${OTHER}, which your credentials are not of`),
    'plan/shop created',
  ]);
});
