import { readFile } from 'node:fs/promises';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Condition, MachineState, PlanEvent, PlanStatus } from '../machines/record.ts';
import { parsePlan } from '../plan/parse.ts';
import type { HeldLease } from '../reconciler/ports.ts';
import { toAttributes } from '../state/attributes.ts';
import type { TablePlanStore } from '../state/planStore.ts';
import { statusKey } from '../state/keys.ts';
import { TableOperatorRegister } from '../state/operatorItems.ts';
import { startTestTable, testStatus } from '../state/testing.ts';
import type { TestTable } from '../state/testing.ts';
import { TEST_NOW, testCli } from './testing.ts';
import type { TestCli } from './testing.ts';
import { VERSION } from './version.ts';

const PLAN = `apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  source: { cluster: shop, mesh: shop }
  traffic:
    - service: frontend
      alb:
        listenerRule: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
  ramp:
    steps:
      - { weight: 5, bake: 5m }
      - { weight: 100, bake: 5m }
  gates: { alarms: [shop-5xx] }
`;

let server: TestTable;
let cli: TestCli;
let store: TablePlanStore;
let lease: HeldLease;
beforeEach(async () => {
  server = await startTestTable();
  cli = testCli(server);
  cli.files.set('plan.yaml', PLAN);
  store = server.store('op-1');
});
afterEach(() => server.close());

/** What an operator would write. */
async function operate(value: MachineState, change: Partial<PlanStatus> = {}, events: PlanEvent[] = []): Promise<void> {
  const acquired = await store.acquire('shop', () => testStatus({ createdAt: TEST_NOW - 60_000 }));
  if (acquired.kind !== 'acquired') throw new Error('the test does not hold the plan');
  const read = parsePlan(PLAN);
  const spec = 'plan' in read ? read.plan.spec : null;
  const { status } = acquired;
  lease = await store.write(
    acquired.lease,
    { ...status, spec, machine: { ...status.machine, value }, ...change },
    events,
  );
}

const condition = (type: Condition['type'], status: Condition['status']): Condition => ({
  type,
  status,
  reason: 'Test',
  message: 'as the test says',
  since: TEST_NOW,
});

const event = (message: string): PlanEvent => ({
  at: TEST_NOW - 5000,
  type: 'Normal',
  reason: 'Accepted',
  message,
  from: 'op-1',
});

describe('apply', () => {
  test('creates, finds unchanged, configures', async () => {
    expect(await cli.run('apply -f plan.yaml')).toEqual({ exitCode: 0, out: 'plan/shop created', err: '' });
    expect(await cli.run('apply -f plan.yaml')).toEqual({ exitCode: 0, out: 'plan/shop unchanged', err: '' });
    cli.files.set('plan.yaml', PLAN.replace('[shop-5xx]', '[shop-5xx, shop-p99]'));
    expect(await cli.run('apply --filename plan.yaml')).toEqual({ exitCode: 0, out: 'plan/shop configured', err: '' });
    expect((await store.readSpec('shop'))?.manifest).toEqual(parse(PLAN.replace('[shop-5xx]', '[shop-5xx, shop-p99]')));
  });

  test('reads standard input', async () => {
    expect(await cli.run('apply -f -', PLAN)).toEqual({ exitCode: 0, out: 'plan/shop created', err: '' });
  });

  test('refuses with file, line and column before anything is written', async () => {
    cli.files.set('plan.yaml', PLAN.replace('bake: 5m }', 'bake: 5 minutes please }').replace('gates:', 'gate:'));
    const { exitCode, out, err } = await cli.run('apply -f plan.yaml');
    expect(exitCode).toBe(1);
    expect(out).toBe('');
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^plan\.yaml:4:1: spec\.gates: is missing$/),
      expect.stringMatching(/^plan\.yaml:12:28: spec\.ramp\.steps\[0\]\.bake: "5 minutes please" is no duration/),
      expect.stringMatching(/^plan\.yaml:14:3: spec\.gate: unknown key "gate"/),
    ]);
    expect(await store.listPlans()).toEqual([]);
  });

  test('a bad plan is refused without a table, a region or credentials', async () => {
    const nowhere = testCli({ endpointUrl: 'http://127.0.0.1:1' });
    expect((await nowhere.run('apply -f -', 'spec: 1')).err).toContain('<stdin>:1:7: spec: must be a map, is 1');
  });

  test('a file that is not there', async () => {
    expect(await cli.run('apply -f none.yaml')).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^Error: cannot read none.yaml: there is no such file/),
    });
  });

  test('does not resume a plan that a person has paused, unless the file says so', async () => {
    await cli.run('apply -f plan.yaml');
    await cli.run('pause shop');
    expect((await cli.run('apply -f plan.yaml')).out).toBe(
      'plan/shop unchanged (still paused; go on with: meshlift resume shop)',
    );
    cli.files.set('plan.yaml', PLAN.replace('[shop-5xx]', '[other]'));
    expect((await cli.run('apply -f plan.yaml')).out).toMatch(/^plan\/shop configured \(still paused/);
    expect(await store.readSpec('shop')).toMatchObject({ manifest: { spec: { paused: true } } });
    cli.files.set('plan.yaml', `${PLAN}  paused: false\n`);
    expect((await cli.run('apply -f plan.yaml')).out).toBe('plan/shop configured');
  });

  test('of what may not change once green is provisioned is refused at its line', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('ramp.bake');
    cli.files.set('plan.yaml', PLAN.replace('mesh: shop', 'mesh: other').replace('weight: 5,', 'weight: 7,'));
    const { exitCode, err } = await cli.run('apply -f plan.yaml');
    expect(exitCode).toBe(1);
    expect(err).toContain('plan.yaml:5:3: spec.source: cannot change once green is provisioned');
    expect(err).toContain('plan.yaml:12:9: spec.ramp.steps[0]: cannot change: the step has begun (5% green)');
    expect((await store.readSpec('shop'))?.manifest).toEqual(parse(PLAN));
    cli.files.set('plan.yaml', PLAN.replace('weight: 100, bake: 5m', 'weight: 100, bake: 10m'));
    expect((await cli.run('apply -f plan.yaml')).out).toBe('plan/shop configured');
  });

  test('after a rollback is a new attempt that does not hear the old abort', async () => {
    await cli.run('apply -f plan.yaml');
    await cli.run('abort shop --reason no');
    await operate('rolledBack');
    cli.files.set('plan.yaml', PLAN.replace('mesh: shop', 'mesh: other'));
    expect((await cli.run('apply -f plan.yaml')).out).toBe('plan/shop configured');
    expect((await store.readSpec('shop'))?.requests).toEqual({});
  });

  test('on a plan that is being deleted is refused', async () => {
    await cli.run('apply -f plan.yaml');
    await cli.run('delete shop');
    expect(await cli.run('apply -f plan.yaml')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('being deleted'),
    });
  });
});

describe('get and describe', () => {
  test('nothing, a plan that nobody has seen, and one that runs', async () => {
    expect((await cli.run('get plans')).out).toMatch(/^No plans in table "meshlift" \(http:/);
    await cli.run('apply -f plan.yaml');
    expect((await cli.run('get plans')).out.split('\n')[1]).toMatch(/^shop +Pending +<none>/);
    await operate('ramp.bake', {}, [event('hello')]);
    expect((await cli.run('get plan shop')).out.split('\n')[1]).toMatch(
      /^shop +Ramping +1\/2 +<none> +ramp +Unknown +60s$/,
    );
    expect((await cli.run('get events shop')).out).toMatch(/5s +Normal +Accepted +op-1 +hello/);
    expect((await cli.run('describe plan plan/shop')).out).toMatch(/Status: +◐ Ramping +step 1\/2/);
  });

  test('-o json and yaml carry the whole record', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('ramp.bake', {}, [event('hello')]);
    const expected = {
      kind: 'MigrationPlan',
      metadata: { name: 'shop', uid: 'uid-1' },
      spec: { source: { cluster: 'shop' } },
      status: { machine: { value: 'ramp.bake' }, recordVersion: 2, lease: { holder: 'op-1' } },
    };
    expect(JSON.parse((await cli.run('get plans shop -o json')).out)).toMatchObject(expected);
    expect(parse((await cli.run('get plans -o yaml')).out)).toMatchObject({ kind: 'List', items: [expected] });
    expect(JSON.parse((await cli.run('get events shop -o json --limit 1')).out)).toMatchObject({
      items: [{ message: 'hello', at: '2026-11-20T11:59:55.000Z' }],
    });
  });

  test('no screen shows more of a webhook than its host', async () => {
    const url = 'https://hooks.example.com/T000/s3cret';
    cli.files.set('plan.yaml', `${PLAN}  notify: [ { webhook: "${url}" } ]\n`);
    await cli.run('apply -f plan.yaml');
    const read = parsePlan(PLAN);
    if (!('plan' in read)) throw new Error('the plan of the test is none');
    const { spec } = read.plan;
    await operate('ramp.bake', {
      spec: { ...spec, notify: [{ kind: 'webhook', url, form: 'json', on: ['settled'] }] },
    });
    for (const line of ['get plans shop -o json', 'get plans -o yaml', 'describe plan shop', 'explain shop']) {
      const { out, err } = await cli.run(line);
      expect(out + err, line).toContain('shop');
      expect(out + err, line).not.toContain('s3cret');
    }
    const shown = JSON.parse((await cli.run('get plans shop -o json')).out) as Record<string, { notify?: unknown }>;
    expect(shown['spec']?.notify).toEqual([{ webhook: 'https://hooks.example.com/…' }]);
  });

  test('a plan that was put by hand and makes no sense is shown all the same', async () => {
    const item = toAttributes({ pk: 'plan#odd', sk: 'spec', spec: 'nonsense' });
    await server.client.send(new PutItemCommand({ TableName: server.table.name, Item: item }));
    expect((await cli.run('get plans')).out).toMatch(/odd +Pending/);
    expect(await cli.run('pause odd')).toMatchObject({ exitCode: 1, err: expect.stringContaining('no spec') });
  });
});

test('a record that is none is named, and hides no other plan', async () => {
  await cli.run('apply -f plan.yaml');
  const item = toAttributes({ pk: 'plan#aaa', sk: 'status', status: 'junk' });
  await server.client.send(new PutItemCommand({ TableName: server.table.name, Item: item }));
  const { exitCode, out, err } = await cli.run('get plans');
  expect(out).toMatch(/shop +Pending/);
  expect(err).toContain('the status item of plan "aaa"');
  expect(exitCode).toBe(1);
});

const beat = (name: string, agoMs: number, plans: string[]) =>
  new TableOperatorRegister(server.table).beat({
    name,
    uid: `uid of ${name}`,
    version: VERSION,
    machineVersion: 1,
    host: 'host-1',
    region: 'eu-west-1',
    leaseMs: 30_000,
    startedAt: TEST_NOW - 3_600_000,
    lastSeen: TEST_NOW - agoMs,
    planCount: plans.length,
    plans,
  });

describe('get operators', () => {
  test('none, those that work and those that are silent', async () => {
    expect((await cli.run('get operators')).out).toMatch(/^No operators in table "meshlift" \(http/);
    await beat('op-1', 5_000, ['cart', 'shop']);
    await beat('op-2', 60_000, []);
    expect((await cli.run('get operators')).out.split('\n').map((line) => line.split(/ +/).join(' '))).toEqual([
      'NAME STATUS VERSION MACHINE PLANS LAST-RENEWAL AGE',
      `op-1 Live ${VERSION} v1 2 5s 60m`,
      `op-2 Silent ${VERSION} v1 0 60s 60m`,
    ]);
    expect((await cli.run('get operators -o wide')).out).toMatch(/host-1 +eu-west-1 +cart,shop +60m/);
    expect(JSON.parse((await cli.run('get operators op-1 -o json')).out)).toMatchObject({
      name: 'op-1',
      status: 'Live',
      plans: ['cart', 'shop'],
      lastSeen: new Date(TEST_NOW - 5_000).toISOString(),
    });
    const { exitCode, err } = await cli.run('get operators op-3');
    expect(err).toContain('operator "op-3" not found in table "meshlift"');
    expect(exitCode).toBe(1);
    expect((await cli.run('get plans')).out).toMatch(/^No plans/);
  });
});

test('the version is that of the package', async () => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect((await cli.run('--version')).out.trim()).toBe((JSON.parse(text) as { version: string }).version);
});

describe('a record of a newer Meshlift', () => {
  const newer = { ...testStatus(), machine: { ...testStatus().machine, machineVersion: 2, value: 'ramp.someday' } };
  const putNewer = () =>
    server.table.putAgain(statusKey('shop'), {
      uid: 'uid-1',
      status: newer,
      version: 7,
      holder: 'op-new',
      epoch: 3,
      leaseMs: 30_000,
      renewals: 9,
    });

  test('is told as such by whatever reads it, and hides no other plan', async () => {
    await cli.run('apply -f plan.yaml');
    await putNewer();
    await server.table.putAgain({ pk: 'plan#cart', sk: 'spec' }, { spec: {} });
    for (const line of ['describe plan shop', 'explain shop', 'get plans shop', 'promote shop']) {
      const { exitCode, out, err } = await cli.run(line);
      expect(err, line).toContain(
        'plan "shop" is run by a newer version of Meshlift: its record is of machine version 2',
      );
      expect([exitCode, out], line).toEqual([1, '']);
    }
    const { exitCode, out, err } = await cli.run('get plans');
    expect(out).toMatch(/cart +Pending/);
    expect(err).toContain('plan "shop" is run by a newer version');
    expect(exitCode).toBe(1);
  });

  test('can be asked for an abort and a pause all the same', async () => {
    await cli.run('apply -f plan.yaml');
    await putNewer();
    const { exitCode, out, err } = await cli.run('abort shop');
    expect([exitCode, out]).toEqual([0, 'plan/shop abort requested']);
    expect(err).toContain('of another version of Meshlift');
    expect((await cli.run('pause shop')).out).toBe('plan/shop paused');
    expect((await store.readSpec('shop'))?.requests.abort).toMatchObject({ by: 'tester' });
  });
});

describe('what is asked for', () => {
  test('pause, resume, abort, approve and delete say what they did, and repeat themselves without harm', async () => {
    await cli.run('apply -f plan.yaml');
    const said = async (line: string) => (await cli.run(line)).out;
    expect(await said('pause shop')).toBe('plan/shop paused');
    expect(await said('pause shop')).toBe('plan/shop already paused');
    expect(await said('resume plan/shop')).toBe('plan/shop resumed');
    expect(await said('resume shop')).toBe('plan/shop not paused');
    await operate('soak');
    expect(await said('approve shop beforeRetire --services stock,user --reason checked')).toBe(
      'plan/shop beforeRetire approved',
    );
    expect(await said('abort shop --reason because')).toBe('plan/shop abort requested');
    expect(await said('abort shop')).toBe('plan/shop abort already requested');
    expect(await said('delete shop')).toBe('plan/shop deletion requested');
    expect(await said('delete shop')).toBe('plan/shop deletion already requested');
    expect((await store.readSpec('shop'))?.requests).toEqual({
      abort: { by: 'tester', at: TEST_NOW, why: 'because' },
      delete: { by: 'tester', at: TEST_NOW },
      approvals: {
        beforeRetire: { by: 'tester', at: TEST_NOW, why: 'checked', services: ['stock', 'user'], recordVersion: 2 },
      },
    });
  });

  test('promote ends what the person sees, and says of which record; elsewhere there is nothing to end', async () => {
    await cli.run('apply -f plan.yaml');
    expect(await cli.run('promote shop')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('no operator has seen it yet. Nothing was written'),
    });
    await operate('ramp.shift');
    expect((await cli.run('promote shop')).err).toContain('it is in ramp.shift');
    expect((await store.readSpec('shop'))?.requests).toEqual({});
    await operate('ramp.bake');
    expect((await cli.run('promote shop --reason fine --force')).out).toMatch(
      /^plan\/shop end of the bake of \d+ % requested, by force$/,
    );
    expect((await store.readSpec('shop'))?.requests.promote).toMatchObject({
      by: 'tester',
      why: 'fine',
      forced: true,
      state: 'ramp.bake',
      step: 0,
      enteredAt: (await store.readStatus('shop'))?.status.machine.context.enteredAt,
      recordVersion: expect.any(Number),
    });
  });

  test('retry begins anew after a rollback alone, and what was asked for before is forgotten', async () => {
    await cli.run('apply -f plan.yaml');
    await cli.run('abort shop');
    await operate('soak');
    expect((await cli.run('retry shop')).err).toContain('was not rolled back');
    await operate('rolledBack');
    expect((await cli.run('retry shop')).out).toBe('plan/shop attempt 2 requested');
    expect((await cli.run('retry shop')).out).toBe('plan/shop attempt 2 already requested');
    expect((await store.readSpec('shop'))?.requests).toEqual({
      retry: { by: 'tester', at: TEST_NOW, why: '', attempt: 1 },
    });
  });

  test('an abort of an attempt that nobody has begun yet is written, so that it does not begin', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('rolledBack');
    expect(await cli.run('abort shop')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('was rolled back already'),
    });
    await cli.run('retry shop');
    expect((await cli.run('abort shop --reason no')).out).toBe('plan/shop abort requested');
    expect((await store.readSpec('shop'))?.requests).toMatchObject({ retry: { attempt: 1 }, abort: { why: 'no' } });
  });

  test('an abort after another spec was applied is written too; one after a resume has nothing to abort', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('rolledBack');
    await cli.run('pause shop');
    expect((await cli.run('abort shop')).err).toContain('was rolled back already');
    cli.files.set('plan.yaml', PLAN.replace('mesh: shop', 'mesh: other'));
    await cli.run('apply -f plan.yaml');
    expect((await cli.run('abort shop')).out).toBe('plan/shop abort requested');
  });

  test('an approval may end', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('retire.prove');
    await cli.run('approve shop beforeRetire --expires 4h');
    const given = (await store.readSpec('shop'))?.requests.approvals?.['beforeRetire'];
    expect(given?.expiresAt).toBe(TEST_NOW + 4 * 3_600_000);
    expect((await cli.run('describe plan shop')).out).toContain('; for 4h00m more');
  });

  test('explain says what a plan waits for and what may be done, also as JSON', async () => {
    await cli.run('apply -f plan.yaml');
    expect((await cli.run('explain shop')).out).toContain('no operator has seen it yet');
    const bake = { name: 'bake', verdict: 'wait', why: '1m of 5m' } as const;
    await operate('ramp.bake', { report: { ...testStatus().report, guards: [bake] } });
    expect((await cli.run('explain shop')).out).toMatch(/It waits for\n {2}◐ wait +bake +1m of 5m/);
    expect(JSON.parse((await cli.run('explain shop -o json')).out)).toMatchObject({
      plan: 'shop',
      state: 'ramp.bake',
      phase: 'ramp',
      guards: [bake],
      mayDo: [{ command: 'meshlift promote shop' }, {}, {}],
    });
    expect(parse((await cli.run('explain shop -o yaml')).out)).toMatchObject({ state: 'ramp.bake' });
  });

  test('nothing is left to abort once a plan is settled', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('succeeded');
    expect(await cli.run('abort shop')).toMatchObject({ exitCode: 1, err: expect.stringContaining('has succeeded') });
    expect((await store.readSpec('shop'))?.requests).toEqual({});
  });

  test('an abort after the point of no return is refused, and one on the way back is no news', async () => {
    await cli.run('apply -f plan.yaml');
    await operate('retire.scaleDown');
    expect(await cli.run('abort shop')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('past the point of no return (retire.scaleDown)'),
    });
    await operate('backward.shiftBack');
    expect((await cli.run('abort shop')).out).toContain('plan/shop is on its way back already');
    expect((await store.readSpec('shop'))?.requests).toEqual({});
  });

  test.each([
    'pause',
    'resume',
    'abort',
    'delete',
    'describe plan',
    'explain',
    'promote',
    'retry',
    'get plans',
    'get events',
    'watch',
  ])('%s of a plan that does not exist', async (verb) => {
    const { exitCode, out, err } = await cli.run(`${verb} none`);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^Error: plan "none" not found in table "meshlift" \(looked in http:.*\)$/);
  });
});

describe('wait and watch end as the plan ends', () => {
  beforeEach(async () => {
    await cli.run('apply -f plan.yaml');
    await operate('ramp.bake', { conditions: [condition('Succeeded', 'False'), condition('Ready', 'True')] });
  });

  test('0: the condition holds already, or comes to hold', async () => {
    expect(await cli.run('wait shop --for=condition=Ready')).toEqual({
      exitCode: 0,
      out: 'plan/shop condition met: Ready=True',
      err: '',
    });
    expect((await cli.run('wait shop --for=condition=succeeded=false')).exitCode).toBe(1);
    expect((await cli.run('wait shop --for=condition=Succeeded=false')).exitCode).toBe(0);
    cli.onSleep(() => operate('succeeded', { conditions: [condition('Succeeded', 'True')] }));
    expect((await cli.run('wait shop --for=condition=Succeeded --timeout 10m')).exitCode).toBe(0);
  });

  test('4: rolled back instead; which can be waited for too', async () => {
    cli.onSleep(() => operate('rolledBack', { conditions: [condition('RolledBack', 'True')] }));
    expect(await cli.run('wait shop --for=condition=Succeeded')).toMatchObject({
      exitCode: 4,
      err: 'Error: plan/shop is rolled back; Succeeded is Unknown, not True',
    });
    expect((await cli.run('wait shop --for=condition=RolledBack')).exitCode).toBe(0);
  });

  test('5: halted', async () => {
    cli.onSleep(() => operate('halted'));
    expect((await cli.run('wait shop --for=condition=Succeeded')).exitCode).toBe(5);
    expect((await cli.run('watch shop')).exitCode).toBe(5);
  });

  test('124: timed out', async () => {
    let looks = 0;
    cli.onSleep(() => void (looks += 1));
    expect(await cli.run('wait shop --for=condition=Succeeded --timeout 10s')).toMatchObject({
      exitCode: 124,
      err: expect.stringContaining('timed out'),
    });
    expect(looks).toBe(10);
  });

  test('130: interrupted, and the plan goes on', async () => {
    for (const line of ['wait shop --for=condition=Succeeded', 'watch shop']) {
      cli.onSleep(() => cli.interrupt());
      const { exitCode, out } = await cli.run(line);
      expect(exitCode).toBe(130);
      expect(out.split('\n').at(-1)).toMatch(/^Interrupted\. plan\/shop goes on/);
    }
  });

  test('for=delete ends when the record is gone', async () => {
    cli.onSleep(async () => {
      await operate('rolledBack');
      await store.remove(lease);
    });
    expect(await cli.run('delete shop --wait')).toEqual({
      exitCode: 0,
      out: 'plan/shop deletion requested\nplan/shop deleted',
      err: '',
    });
    expect((await cli.run('wait shop --for=delete')).exitCode).toBe(0);
  });

  test('watch writes a line for each event and each change where there is no terminal', async () => {
    const worlds = [
      () => operate('soak', {}, [event('a')]),
      () => operate('soak', {}),
      () => operate('succeeded', {}, [event('b')]),
    ];
    cli.onSleep(() => worlds.shift()?.());
    expect(await cli.run('watch shop')).toEqual({
      exitCode: 0,
      err: '',
      out: [
        'plan/shop  ◐ Ramping  step 1/2',
        '11:59:55Z    Accepted  a',
        'plan/shop  ◐ Soaking  step 2/2',
        '11:59:55Z    Accepted  b',
        'plan/shop  ✔ Succeeded  step 2/2',
      ].join('\n'),
    });
  });

  test('watch draws the whole screen on a terminal', async () => {
    cli.isTerminal = true;
    cli.onSleep(() => operate('rolledBack'));
    const { exitCode, out } = await cli.run('watch shop');
    expect(exitCode).toBe(4);
    expect(out.match(/<screen>\nName: +shop/g)).toHaveLength(2);
    expect(out).toMatch(/↩ RolledBack/);
  });
});

describe('what the command line does not know', () => {
  test.each([
    ['', /Usage: meshlift/],
    ['aply -f plan.yaml', /unknown command 'aply'[^]*Did you mean apply/],
    ['get plans --wide', /unknown option '--wide'/],
    ['get pods', /'pods' is invalid for argument 'kind'/],
    ['apply', /required option '-f, --filename <file>' not specified/],
    ['pause', /missing required argument 'name'/],
    ['approve shop lunch', /'lunch' is invalid[^]*beforeRetire/],
    ['wait shop --for=condition=Happy', /Error: --for=condition=Happy is not known/],
    ['wait shop --for=delete --timeout soon', /must be a whole number with a unit/],
    ['get events', /needs the name of a plan/],
    ['get events shop --limit 0', /--limit must be/],
    ['get plans a/b', /no name of a plan/],
    ['operator --lease 5s --call-timeout 5s', /shorter than --lease/],
  ])('%j', async (line, message) => {
    const { exitCode, out, err } = await cli.run(line);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(message);
  });

  test('help and version are no errors, and go to standard output', async () => {
    expect(await cli.run('--help')).toMatchObject({ exitCode: 0, err: '', out: expect.stringContaining('describe') });
    expect(await cli.run('wait --help')).toMatchObject({ exitCode: 0, out: expect.stringContaining('124') });
    expect(await cli.run('help apply')).toMatchObject({ exitCode: 0, out: expect.stringContaining('--filename') });
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await cli.run('--version')).toMatchObject({ exitCode: 0, out: version });
  });

  test('a table that does not exist, with the way to create it', async () => {
    const { exitCode, err } = await cli.run('get plans --table other');
    expect(exitCode).toBe(1);
    expect(err).toBe(
      'Error: table "other" does not exist; create it with: meshlift operator --create-table --table other (looked in ' +
        `${server.endpointUrl})`,
    );
  });

  test('an AWS that cannot be reached is told as such where nothing of DynamoDB is asked', async () => {
    const nowhere = testCli({ endpointUrl: 'http://127.0.0.1:1' });
    const { exitCode, err } = await nowhere.run('export');
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^Error: \w+:\w+: AWS cannot be reached: .*ECONNREFUSED.*\. Nothing was changed\. Check --region/,
    );
    expect(err).not.toMatch(/DynamoDB|operator|may not have been done/);
  });

  test('a DynamoDB that cannot be reached', async () => {
    const nowhere = testCli({ endpointUrl: 'http://127.0.0.1:1' });
    expect(await nowhere.run('get plans')).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^Error: DynamoDB cannot be reached: .*ECONNREFUSED/),
    });
  });
});
