import { expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../test/fixtures/estates.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { assess } from './assess.ts';
import { followed } from './followed.ts';
import { buildStack } from './stack.ts';

const SIMPLE = '01-simple-three-tier';
const plan = planFor(SIMPLE);
const estate = estateOf(SIMPLE);
const recorded = { estate, stack: buildStack(plan, estate, assess(plan, estate), 1) };

/** The estate after a deployment of frontend. */
function deployed(change: (service: BlueService) => void): Estate {
  const current = estateOf(SIMPLE, exportOf(SIMPLE));
  const frontend = current.services.find(({ name }) => name === 'frontend');
  if (frontend === undefined) throw new Error('no frontend');
  frontend.service.taskDefinition = 'frontend:2';
  change(frontend);
  return current;
}

const follow = (current: Estate) => followed(plan, recorded, current, new Set(['frontend']), 1);

const counts = (of: Estate) => of.services.map(({ service }) => service.desiredCount);

const addVariable =
  (name: string, value: string) =>
  ({ taskDefinition }: BlueService): void => {
    for (const container of taskDefinition.containerDefinitions ?? []) {
      if (container.name !== 'envoy') container.environment = [...(container.environment ?? []), { name, value }];
    }
  };

test('green’s task definition is rendered anew from blue’s, and nothing else is', () => {
  const next = follow(deployed(addVariable('RELEASE', '2')));
  if (next.kind !== 'followed') throw new Error(next.why);
  const changed = next.stack.resources.filter((resource, index) => {
    const before = recorded.stack.resources[index];
    return JSON.stringify(before) !== JSON.stringify(resource);
  });
  expect(changed).toMatchObject([{ kind: 'taskDefinition', blueService: 'frontend' }]);
  expect(JSON.stringify(changed)).toContain('"RELEASE"');
  expect(next.estate.services.find(({ name }) => name === 'frontend')?.service.taskDefinition).toBe('frontend:2');
});

test('what else has changed of blue under the plan stays as it was recorded', () => {
  const current = deployed(({ service }) => {
    service.desiredCount = 9;
  });
  const next = follow(current);
  if (next.kind !== 'followed') throw new Error(next.why);
  expect(counts(next.estate)).toEqual(counts(estate));
});

test('what the plan would not be admitted with is refused', () => {
  const next = follow(deployed(addVariable('STATS', 'http://localhost:9901/stats')));
  expect(next).toMatchObject({ kind: 'refused', why: expect.stringMatching(/admitted.*ECS_APP_REFERENCES_ENVOY/) });
});

test('a change that reaches beyond the task definition is refused, by name', () => {
  const next = follow(
    deployed(({ taskDefinition }) => {
      taskDefinition.family = 'storefront';
    }),
  );
  expect(next).toMatchObject({
    kind: 'refused',
    why: expect.stringMatching(/more than its task definition.*taskDefinition\/storefront-sc/),
  });
});

test('a service that runs as another virtual node is refused', () => {
  const next = follow(
    deployed((frontend) => {
      if (frontend.virtualNode !== undefined) frontend.virtualNode = { ...frontend.virtualNode, name: 'canary' };
    }),
  );
  expect(next).toMatchObject({ kind: 'refused', why: expect.stringContaining('→ canary') });
});

test('a service that is gone is refused', () => {
  const current = { ...estate, services: estate.services.filter(({ name }) => name !== 'frontend') };
  expect(follow(current)).toMatchObject({ kind: 'refused', why: expect.stringContaining('frontend') });
});
