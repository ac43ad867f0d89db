import { expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import { HASH_TAG } from '../../../src/aws/ownership.ts';
import { previewCalls } from '../../../src/aws/preview/previewCalls.ts';
import { assess } from '../../../src/assess/assess.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { parseManifest } from '../../../src/plan/parse.ts';
import { expectMigrated } from './endStates.ts';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Call {
  api: string;
  input: unknown;
}

const PREFIXES = {
  ecs: 'ecs',
  elbv2: 'elasticloadbalancing',
  serviceDiscovery: 'servicediscovery',
  autoScaling: 'application-autoscaling',
} as const;

interface Recordable {
  middlewareStack: {
    add: (
      middleware: (
        next: (args: { input: object }) => Promise<unknown>,
        context: { commandName?: string },
      ) => (args: { input: object }) => Promise<unknown>,
      options: { step: 'initialize'; name: string; priority: 'high' },
    ) => void;
  };
}

/** Every mutating call that these clients make and AWS accepts, with its input as the acting half gave it. */
async function record(clients: AwsClients): Promise<Call[]> {
  const calls: Call[] = [];
  const listen = (prefix: string, client: Recordable): void =>
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const input: unknown = structuredClone(args.input);
          const answer = await next(args);
          const operation = commandName.replace(/Command$/, '');
          if (!/^(Describe|List|Get)/.test(operation)) calls.push({ api: `${prefix}:${operation}`, input });
          return answer;
        },
      { step: 'initialize', name: 'record', priority: 'high' },
    );
  for (const [name, prefix] of Object.entries(PREFIXES) as [keyof typeof PREFIXES, string][]) {
    listen(prefix, clients[name] as unknown as Recordable);
  }
  listen('appmesh', (await clients.appMesh()) as unknown as Recordable);
  return calls;
}

/** What AWS and the operator name at run time only, as the preview writes it. */
function asPreviewed(call: Call, uid: string): Call {
  const text = JSON.stringify(call.input)
    .replaceAll(uid, '<uid>')
    .replaceAll(/"(clientToken|CreatorRequestId)":"[^"]*"/g, '"$1":"<token>"')
    .replaceAll(new RegExp(`\\{"key":"${HASH_TAG}","value":"[^"]*"\\}`, 'g'), `{"key":"${HASH_TAG}","value":"<hash>"}`)
    .replaceAll(/targetgroup\/([^/"]+-sc)\/[0-9a-f]{16}/g, 'targetgroup/$1/<id>')
    .replaceAll(/namespace\/ns-[a-z0-9]+/g, 'namespace/<id of shop-sc>')
    .replaceAll(/task-definition\/([a-z-]+-sc):\d+/g, 'task-definition/$1:<revision>');
  return { api: call.api, input: JSON.parse(text) as unknown };
}

async function previewed(world: OperatorWorld, changes: PlanChanges): Promise<Call[]> {
  const read = parseManifest(world.manifest(changes));
  if (!('plan' in read)) throw new Error(read.errors.map(({ message }) => message).join('; '));
  const { plan } = read;
  const exported = await takeInventory(world.person, { cluster: CLUSTER, mesh: 'shop', clock: world.clock });
  const estate = readEstate(exported, CLUSTER, 'shop');
  const stack = buildStack(plan, estate, assess(plan, estate), 1);
  const calls = await previewCalls(plan.name, plan.spec, estate, stack);
  return calls.map(({ api, input }) => ({ api, input: JSON.parse(JSON.stringify(input)) as unknown }));
}

const distinct = (calls: readonly Call[]): string[] =>
  [...new Set(calls.map((call) => JSON.stringify(call)))].toSorted();

test('what was previewed is what is done: each mutating call of a migration, in order, with its whole input', async () => {
  const world = await OperatorWorld.create();
  const wanted = await previewed(world, {});
  const made = await record(world.operator.clients);
  await world.apply();
  await world.untilState('succeeded');
  const { uid } = await world.status();

  const done = made.map((call) => asPreviewed(call, uid));
  expect(done.length).toBeGreaterThan(30);
  expect(done).toEqual(wanted);
  await expectMigrated(world);
});

test('where AWS takes its time the same calls are made, and those alone repeated that carry a token', async () => {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
  const wanted = await previewed(world, {});
  const made = await record(world.operator.clients);
  await world.apply();
  await world.untilState('succeeded');
  const { uid } = await world.status();
  const done = made.map((call) => asPreviewed(call, uid));
  expect(distinct(done)).toEqual(distinct(wanted));
  const repeated = done.filter(
    (call, index) => done.findIndex((other) => JSON.stringify(other) === JSON.stringify(call)) < index,
  );
  expect(repeated.filter((call) => !JSON.stringify(call.input).includes('"<token>"'))).toEqual([]);
});
