import type { PlanSpec } from '../../plan/model.ts';
import { expect, test } from 'vitest';
import { followVerdict, sourceChange, sourceVerdict, type SourceReading } from './source.ts';

const reading = (taskDefinition: string, appMesh: SourceReading['appMesh'] = 'answers'): SourceReading => ({
  services: [{ service: 'frontend', taskDefinition }],
  recorded: new Map([['frontend', 'frontend:1']]),
  cluster: 'shop',
  appMesh,
});

const planWith = (
  onSourceChange: PlanSpec['source']['onSourceChange'],
  strategy: PlanSpec['strategy'] = 'migrate',
) => ({
  strategy,
  source: { cluster: 'shop', mesh: 'shop', onSourceChange },
});

test('a deployment on blue under the plan holds it, and says what to do', () => {
  expect(sourceVerdict(sourceChange(reading('frontend:1')), planWith('pause')).verdict).toBe('pass');
  const verdict = sourceVerdict(sourceChange(reading('frontend:2')), planWith('pause'));
  expect(verdict.verdict).toBe('wait');
  expect(verdict.why).toMatch(/frontend:2.*frontend:1.*abort/);
});

test('where the plan says so it is told and passed over', () => {
  const verdict = sourceVerdict(sourceChange(reading('frontend:2')), planWith('ignore'));
  expect(verdict.verdict).toBe('pass');
  expect(verdict.why).toMatch(/frontend:2.*the plan passes it over/);
});

test.each(['pause', 'follow', 'ignore'] as const)(
  'with App Mesh gone it is an emergency, with %s too',
  (onSourceChange) => {
    const change = sourceChange(reading('frontend:2', 'gone'));
    expect(change?.reason).toBe('BlueDeploying');
    expect(change?.message).toContain(
      'aws ecs update-service --cluster shop --service frontend --task-definition frontend:1',
    );
    expect(sourceVerdict(change, planWith(onSourceChange)).verdict).toBe('wait');
  },
);

test.each([
  ['later', { kind: 'later', why: 'the plan goes on' }, /frontend:2.*green follows when the plan goes on$/],
  ['now', { kind: 'now' }, /frontend:2.*; green follows$/],
  ['never', { kind: 'refused', why: 'a new blocker' }, /frontend:2.*does not follow: a new blocker.*abort/],
] as const)('with follow every forward step waits: %s', (_title, following, words) => {
  const change = sourceChange(reading('frontend:2'));
  if (change === undefined) throw new Error('nothing has changed');
  expect(followVerdict(change, following)).toMatchObject({ verdict: 'wait', why: expect.stringMatching(words) });
  expect(sourceVerdict(change, planWith('follow')).verdict).toBe('wait');
});

test('a rescue leaves blue whatever is deployed on it, and says so', () => {
  const verdict = sourceVerdict(sourceChange(reading('frontend:2', 'gone')), planWith('pause', 'rescue'));
  expect(verdict).toMatchObject({
    verdict: 'pass',
    why: expect.stringMatching(/frontend:2.*waived by strategy: rescue$/),
  });
});

test('a service that does not exist is the capacity gate’s affair', () => {
  expect(sourceChange(reading(''))).toBeUndefined();
});
