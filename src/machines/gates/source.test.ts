import { expect, test } from 'vitest';
import { sourceVerdict } from './source.ts';

const recorded = new Map([['frontend', 'frontend:1']]);

test('a deployment on blue under the plan holds it, and says what to do', () => {
  expect(sourceVerdict([{ service: 'frontend', taskDefinition: 'frontend:1' }], recorded).verdict).toBe('pass');
  const verdict = sourceVerdict([{ service: 'frontend', taskDefinition: 'frontend:2' }], recorded);
  expect(verdict.verdict).toBe('wait');
  expect(verdict.why).toMatch(/frontend:2.*frontend:1.*abort/);
});

test('a service that does not exist is the capacity gate’s affair', () => {
  expect(sourceVerdict([{ service: 'frontend', taskDefinition: '' }], recorded).verdict).toBe('pass');
});
