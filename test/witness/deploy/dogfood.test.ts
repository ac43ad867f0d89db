import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabReady } from '../../../src/cli/lab.ts';
import { Load, type Outcome } from '../../../src/cli/demo/load.ts';
import { type Meshlift, startShopLab } from '../../processes/meshlift.ts';
import { AwsCli } from '../awsCli/awsCli.ts';
import { type Inventory, takeInventory } from '../terraform/inventory.ts';
import { installProvider } from '../terraform/terraform.ts';
import { witness } from '../witnesses.ts';
import { PageShell } from './page.ts';

const terraform = witness('Terraform');
const cli = witness('AWS CLI');
const provider = terraform.skip ? undefined : await installProvider();
await (provider?.kind === 'installed' ? provider.remove() : undefined);
if (provider?.kind === 'missing') process.stdout.write(`Skipped: the operator on ECS, since ${provider.why}.\n`);

const REQUESTS_PER_SECOND = 30;
/** Of half a minute, which is less than this migration takes. */
const REQUESTS_MIN = 30 * REQUESTS_PER_SECOND;
const SOON = { timeout: 60_000, interval: 500 };
const MIGRATED = { timeout: 240_000, interval: 1_500 };
const TEST_MS_MAX = 260_000;

/** Every state of a migration with three steps that is never held. */
const FORWARD = [
  'inventory.assess',
  'inventory.preflight',
  'provision',
  'verify',
  ...Array.from({ length: 3 }, () => ['ramp.shift', 'ramp.bake']).flat(),
  'soak',
  'retire.prove',
  'retire.drain',
  'retire.handOver',
  'retire.scaleDown',
  'retire.remove',
  'retire.mesh',
  'succeeded',
];

const ACCOUNT = ':111122223333:';
/** What the module is for, by names; there are also tasks, their interfaces, and a security group with its rule. */
const MADE = [
  `arn:aws:ecs:us-east-1${ACCOUNT}service/shop/meshlift-operator`,
  `arn:aws:ecs:us-east-1${ACCOUNT}task-definition/meshlift-operator:1`,
  ...['no-task', 'no-progress', 'crash-loop', 'throttled', 'lease-churn'].map(
    (alarm) => `arn:aws:cloudwatch:us-east-1${ACCOUNT}alarm:meshlift-${alarm}`,
  ),
  `arn:aws:cloudwatch:${ACCOUNT}dashboard/meshlift`,
  ...['execution', 'operator'].map((role) => `arn:aws:iam:${ACCOUNT}role/meshlift-${role}`),
  ...['read', 'services', 'traffic'].map((part) => `arn:aws:iam:${ACCOUNT}policy/meshlift-operator-${part}`),
  `arn:aws:logs:us-east-1${ACCOUNT}log-group:/meshlift/meshlift:*`,
  `arn:aws:sns:us-east-1${ACCOUNT}meshlift-meshlift`,
  'meshlift',
];
/** What a migration leaves of itself: services and what they are made of, their tasks and these tasks' interfaces. */
const GREEN = new RegExp(
  [
    String.raw`:(service/shop|task-definition|targetgroup)/[\w-]+-sc\b`,
    String.raw`:(task/shop|namespace|service)/[\w-]+$`,
    String.raw`^eni-`,
    String.raw`service/shop/frontend-sc`,
  ].join('|'),
);

/** A step of the machine, as the operator logs it. */
interface Transition {
  from: string;
  to: string;
  operator: string;
}

describe.skipIf(terraform.skip || cli.skip || provider?.kind === 'missing')(
  `${terraform.title}, ${cli.title}: docs/deploy.md on the lab`,
  { timeout: TEST_MS_MAX },
  () => {
    let lab: Meshlift;
    let ready: LabReady;
    let aws: AwsCli;
    let page: PageShell;
    let load: Load;
    let before: Inventory;
    /** The tasks that the first version of the operator ran as, and those of the second. */
    let first: string[] = [];
    let second: string[] = [];
    /** What Terraform has made, and what has come of that. */
    let made: string[] = [];
    const outcomes: Outcome[] = [];

    beforeAll(async () => {
      ({ lab, ready } = await startShopLab());
      aws = new AwsCli(ready.environment);
      page = new PageShell('docs/deploy.md', ready.environment);
      before = await takeInventory(ready);
      load = new Load({
        url: ready.url,
        rate: REQUESTS_PER_SECOND,
        onOutcome: (outcome) => void outcomes.push(outcome),
      });
      load.start();
    });

    afterAll(async () => {
      await load?.stop();
      await lab?.end();
      page?.end();
    });

    const operators = () =>
      aws.json<string[]>(
        'ecs list-tasks --cluster shop --service-name meshlift-operator --desired-status RUNNING',
        '--query',
        'sort(taskArns)',
      );
    const health = (tasks: readonly string[]) =>
      aws.json<string[]>('ecs describe-tasks --cluster shop --tasks', ...tasks, '--query', 'tasks[].healthStatus');
    /** Who wrote it, and what. */
    const logged = async () => {
      const { events } = await aws.json<{ events: { logStreamName: string; message: string }[] }>(
        'logs filter-log-events --log-group-name /meshlift/meshlift',
      );
      return events;
    };
    const transitions = async () =>
      (JSON.parse(await page.run('filter-log-events')) as string[]).map((line) => JSON.parse(line) as Transition);
    const state = async () => (await transitions()).at(-1)?.to ?? 'inventory.assess';
    const conditions = () =>
      aws.json<string[][]>(
        'dynamodb get-item --table-name meshlift --consistent-read --key',
        JSON.stringify({ pk: { S: 'plan#shop' }, sk: { S: 'status' } }),
        '--query',
        'Item.status.M.conditions.L[].M.[type.S,status.S,reason.S,message.S]',
      );
    const describeService = (query: string) =>
      aws.json('ecs describe-services --cluster shop --services meshlift-operator', '--query', query);

    test('terraform apply makes everything, and ECS runs two replicas of the operator', async () => {
      await page.run('terraform init\nterraform apply\n');
      expect(await describeService('services[0].[desiredCount,runningCount,deployments[].rolloutState]')).toEqual([
        2,
        2,
        ['COMPLETED'],
      ]);
      first = await operators();
      expect(first).toHaveLength(2);
      await expect
        .poll(async () => (await logged()).filter(({ message }) => message.includes('"msg":"started"')).length, SOON)
        .toBe(2);
      await expect.poll(async () => health(first), SOON).toEqual(['HEALTHY', 'HEALTHY']);
      made = unlisted(await takeInventory(ready), before);
      expect(made).toEqual(expect.arrayContaining(MADE));
      expect(made.length).toBeGreaterThan(MADE.length);
    });

    test('a second plan of Terraform has nothing to change', async () => {
      expect(await page.type('terraform plan -input=false -detailed-exitcode')).toContain('No changes.');
    });

    test('a plan that the AWS CLI puts is taken up, and shifted', async () => {
      await page.run('aws dynamodb put-item');
      await expect.poll(state, SOON).toMatch(/^ramp\./);
      expect(await weights()).toHaveLength(2);
    });

    test('a new version replaces both replicas in the middle of the ramp', async () => {
      await page.run("sed -i 's/meshlift:0.1.0/meshlift:0.1.1/'");
      await expect.poll(operators, SOON).toSatisfy((now: string[]) => now.length === 2 && isDisjoint(now, first));
      second = await operators();
      const ended = 'tasks[].[lastStatus,stopCode,containers[0].exitCode]';
      expect(await aws.json('ecs describe-tasks --cluster shop --tasks', ...first, '--query', ended)).toEqual(
        first.map(() => ['STOPPED', 'ServiceSchedulerInitiated', 0]),
      );
      expect(await state()).toMatch(/^ramp\./);
      expect(await weights()).toHaveLength(2);
    });

    test('the migration goes on to its end, and no request has failed', async () => {
      await expect
        .poll(conditions, MIGRATED)
        .toContainEqual(['Succeeded', 'True', expect.anything(), expect.anything()]);
      await load.stop();
      const byGreen = outcomes.filter(({ servedBy }) => servedBy?.startsWith('frontend-sc/') === true).length;
      const failed = outcomes.filter(({ ok }) => !ok);
      process.stdout.write(
        `on ECS: ${outcomes.length} requests, ${byGreen} of them green's, ${failed.length} failed\n`,
      );
      expect(failed).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(REQUESTS_MIN);
      expect(outcomes[0]?.servedBy).toMatch(/^frontend\//);
      expect(outcomes.at(-1)?.servedBy).toMatch(/^frontend-sc\//);
      expect(await aws.json('appmesh list-meshes', '--query', 'meshes')).toEqual([]);
    });

    test('the log tells every transition, of the replicas before and of those after', async () => {
      const told = await transitions();
      expect([told[0]?.from, ...told.map(({ to }) => to)]).toEqual(FORWARD);
      const writers = (await logged())
        .filter(({ message }) => message.includes('"msg":"transition"'))
        .map(({ logStreamName }) => logStreamName.replace('operator/operator/', ''));
      expect(writers.some((task) => first.some((arn) => arn.endsWith(task)))).toBe(true);
      expect(writers.some((task) => second.some((arn) => arn.endsWith(task)))).toBe(true);
    });

    test('what was done was done with the task role, and nothing was denied', async () => {
      const { callsByAccessKey } = await lab.stats();
      const administrators = Object.entries(callsByAccessKey).filter(([key]) => !key.startsWith('ASIA'));
      const sessions = Object.entries(callsByAccessKey).filter(([key]) => key.startsWith('ASIA'));
      const shifts = 'elastic-load-balancing-v2:ModifyRule';
      expect(administrators.filter(([, calls]) => calls[shifts] !== undefined)).toEqual([]);
      expect(sessions.reduce((sum, [, calls]) => sum + (calls[shifts] ?? 0), 0)).toBeGreaterThanOrEqual(3);
      expect((await logged()).filter(({ message }) => /AccessDenied|not authorized/.test(message))).toEqual([]);
    });

    test('terraform destroy leaves nothing of it', async () => {
      await page.run('terraform destroy');
      const after = await takeInventory(ready);
      const left = Object.values(after).flat();
      expect(left.filter((name) => made.includes(name) || name.includes('meshlift'))).toEqual([]);
      // What the migration has made is there to stay: green, and nothing besides.
      expect(unlisted(after, before).filter((name) => !GREEN.test(name))).toEqual([]);
    });

    async function weights(): Promise<[string, number][]> {
      return aws.json(
        `elbv2 describe-rules --rule-arns ${ready.estate.listenerRuleArn}`,
        '--query',
        'Rules[0].Actions[0].ForwardConfig.TargetGroups[?Weight!=`0`].[TargetGroupArn,Weight]',
      );
    }
  },
);

const isDisjoint = (one: readonly string[], other: readonly string[]): boolean =>
  one.every((member) => !other.includes(member));

/** What is in the one inventory and not in the other. */
const unlisted = (one: Inventory, other: Inventory): string[] =>
  Object.values(one)
    .flat()
    .filter((name) => !Object.values(other).flat().includes(name));
