import { expect, test } from 'vitest';
import type { PlanSpec } from '../../plan/model.ts';
import { imagesVerdict, type RunningImage, type ServiceImages } from './images.ts';

const A = 'sha256:aaaa';
const B = 'sha256:bbbb';
const app = (digest: string | undefined, image = 'shop:latest'): RunningImage => ({ container: 'app', image, digest });
const envoy: RunningImage = { container: 'envoy', image: 'envoy:1', digest: 'sha256:eeee' };
const agent: RunningImage = { container: 'ecs-service-connect-x', image: 'agent:1', digest: undefined };

const side = (service: string, ...images: RunningImage[]): ServiceImages => ({ service, images });
const planWith = (
  onSourceChange: PlanSpec['source']['onSourceChange'] = 'pause',
  strategy: PlanSpec['strategy'] = 'migrate',
) => ({ strategy, source: { cluster: 'shop', mesh: 'shop', onSourceChange } });
const verdict = (blue: RunningImage[], green: RunningImage[], plan = planWith()) =>
  imagesVerdict(side('web', ...blue), side('web-sc', ...green), plan);

test('the same digests pass, and what is on one side only is not compared', () => {
  expect(verdict([app(A), app(A), envoy], [app(A), agent]).verdict).toBe('pass');
});

test.each(['pause', 'follow'] as const)('another digest holds, with both and what to do: %s', (policy) => {
  expect(verdict([app(A)], [app(B)], planWith(policy))).toEqual({
    verdict: 'wait',
    why: expect.stringMatching(/app of web-sc runs sha256:bbbb, that of web sha256:aaaa\. Deploy blue anew/),
  });
});

test('tasks of one side that differ among each other hold too', () => {
  expect(verdict([app(A), app(B)], [app(B)]).why).toContain('sha256:aaaa and sha256:bbbb');
});

test('with ignore it is said and passed over, and so it is in a rescue', () => {
  expect(verdict([app(A)], [app(B)], planWith('ignore'))).toMatchObject({
    verdict: 'pass',
    why: expect.stringMatching(/sha256:bbbb.*passes it over/),
  });
  expect(verdict([app(A)], [app(B)], planWith('pause', 'rescue')).why).toMatch(/waived by strategy: rescue$/);
});

test('a digest that ECS does not tell opens nothing, unless the plan passes it over', () => {
  expect(verdict([app(undefined)], [app(A)])).toMatchObject({
    verdict: 'unknown',
    why: expect.stringContaining('does not tell which image container app'),
  });
  expect(verdict([app(undefined)], [app(A)], planWith('ignore')).verdict).toBe('pass');
});

test('an image that is named by its digest needs nobody to tell it', () => {
  const pinned = app(undefined, `shop@${A}`);
  expect(verdict([pinned], [pinned]).verdict).toBe('pass');
  expect(verdict([pinned], [app(B, `shop@${B}`)]).verdict).toBe('wait');
});
