import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assess } from '../../src/assess/assess.ts';
import { buildStack } from '../../src/assess/stack.ts';
import { changesBetween } from '../../src/aws/preview/changes.ts';
import { type Preview, preview } from '../../src/aws/preview/preview.ts';
import { previewScreen } from '../../src/cli/screens/preview.ts';
import { estateOf, planFor } from '../fixtures/estates.ts';
import { type BadInputWorld, startBadInputWorld } from './badInputWorld.ts';

let world: BadInputWorld;

beforeAll(async () => {
  world = await startBadInputWorld();
  world.cli.files.set('plan.yaml', world.goodPlan);
});

afterAll(() => world.close());

describe('preview', () => {
  test('shows every call in order and makes none', async () => {
    world.mutations();
    const { exitCode, out, err } = await world.cli.run('preview -f plan.yaml --detailed-exitcode');
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(world.mutations()).toEqual([]);
    const lines = out.split('\n');
    expect(lines.filter((line) => /^\w/.test(line)).map((line) => line.replaceAll(/\d+/g, 'N'))).toEqual([
      'inventory: the way back is proven',
      'provision: green is made, without traffic',
      'ramp: traffic moves, with a bake at each step',
      'retire, after the soak: green takes blue’s place, and blue goes for good',
      'App Mesh is left alone: The plan keeps the mesh shop.',
      'Plan: N to add, N to change, N weight changes, N to remove. Point of no return: retire.',
    ]);
    expect(out).toMatch(/ {2}= rule shop\/[0-9a-f]+ {2}is written back as it is/);
    expect(out).toContain('  ~ scalable target service/shop/frontend');
    expect(out).toContain('      SuspendedState.DynamicScalingInSuspended  false → true');
    expect(out).not.toContain('DynamicScalingOutSuspended  false → <none>');
    expect(out).toContain('  + namespace shop-sc');
    expect(out).toContain('  + target group frontend-sc  as target group frontend, but for:');
    expect(out).toMatch(/containerDefinitions\[envoy\] .* → <none>/);
    expect(out).toMatch(/~ rule shop\/[0-9a-f]+ {2}blue 100 → \d+, green 0 → \d+/);
    expect(out).toMatch(/~ rule shop\/[0-9a-f]+ {2}blue 0 → <none>, green 100 → 100/);
    expect(out).toContain('  ~ service frontend  [ecs:UpdateService]\n      desiredCount  2 → 0');
    expect(out).toContain('  - service frontend  [ecs:DeleteService]');
  });

  test('a text of a task definition moves no cursor', () => {
    const evil = 'safe\u001b[2J\nPlan: 0 to add';
    const step = {
      sign: '~',
      kind: 'change',
      what: 'task definition x',
      api: 'ecs:RegisterTaskDefinition',
      phase: 'provision',
    };
    const change = { path: `dockerLabels.${evil}`, before: evil, after: { label: evil } };
    const shown = previewScreen(
      { steps: [{ ...step, changes: [change] }], add: 0, change: 1, weightChanges: 0, remove: 0 } as unknown as Preview,
      [],
    );
    expect(shown.join('')).toContain('safe');
    expect(shown.join('')).not.toMatch(/\p{Cc}/u);
  });

  test('the JSON holds whole inputs, and counts as the closing line does', async () => {
    const { out } = await world.cli.run('preview -f plan.yaml -o json');
    const found = JSON.parse(out) as Preview;
    const service = found.steps.find((step) => step.what === 'service frontend-sc');
    expect(service).toMatchObject({
      sign: '+',
      api: 'ecs:CreateService',
      input: { serviceName: 'frontend-sc', clientToken: '<token>', serviceConnectConfiguration: { enabled: true } },
    });
    const of = (kind: string): number => found.steps.filter((step) => step.kind === kind).length;
    expect(found).toMatchObject({ add: of('add'), change: of('change'), remove: of('remove') });
    const text = (await world.cli.run('preview -f plan.yaml')).out;
    expect(text).toContain(
      `Plan: ${found.add} to add, ${found.change} to change, ${found.weightChanges} weight changes, ${found.remove} to remove.`,
    );
  });

  test('a plan that would be refused is refused at its line', async () => {
    world.cli.files.set('bad.yaml', world.goodPlan.replace('service: frontend', 'service: frontnd'));
    const { exitCode, out, err } = await world.cli.run('preview -f bad.yaml --detailed-exitcode');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^bad\.yaml:\d+:\d+: spec\.traffic\[0\]\.service: .*frontnd/);
  });
});

test.each(['01-simple-three-tier', '02-retries-tls-canary'] as const)(
  '%s: each resource of the stack has its call, and each of blue’s its removal',
  async (name) => {
    const plan = planFor(name);
    const estate = estateOf(name);
    const stack = buildStack(plan, estate, assess(plan, estate), 2);
    const { steps } = await preview(plan.name, plan.spec, estate, stack);
    const made = steps.filter((step) => step.kind === 'add').map((step) => step.what);
    const named = stack.resources.flatMap((one) => {
      switch (one.kind) {
        case 'namespace':
        case 'service':
        case 'alarm':
          return [`${one.kind} ${one.name}`];
        case 'taskDefinition':
          return [`task definition ${one.input.family ?? ''}`];
        case 'targetGroup':
          return [`target group ${one.input.Name ?? ''}`];
        case 'scaling':
          return [`scalable target ${one.resourceId}`];
        case 'rule':
        case 'probeRule':
        case 'scalingFreeze':
        case 'rebalancingFreeze':
        case 'sharedService':
        case 'sharedNamespace':
          return [];
      }
    });
    expect(named.length).toBeGreaterThan(5);
    expect(made).toEqual(expect.arrayContaining(named));
    const removed = steps.filter((step) => step.kind === 'remove').map((step) => step.what);
    expect(removed).toEqual(expect.arrayContaining(stack.retire.services.map((service) => `service ${service}`)));
    expect(removed.filter((what) => what.startsWith('virtual node'))).toHaveLength(
      stack.retire.mesh.filter((one) => one.kind === 'virtualNode').length,
    );
  },
);

test('a change is named at the deepest place that both sides have, and lists go by the names of their items', () => {
  const before = { a: 1, list: [{ name: 'x', size: 1 }, { name: 'y' }], plain: [1, 2], gone: true };
  const after = { a: 1, list: [{ name: 'y' }, { name: 'x', size: 2 }], plain: [1, 3], made: { deep: 1 } };
  expect(changesBetween(before, after)).toEqual([
    { path: 'list[x].size', before: 1, after: 2 },
    { path: 'plain[1]', before: 2, after: 3 },
    { path: 'gone', before: true },
    { path: 'made', after: { deep: 1 } },
  ]);
  expect(changesBetween({ list: [] }, {})).toEqual([]);
});
