import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { demoPlan } from '../cli/demo/plan.ts';
import { testStatus } from '../state/testing.ts';
import { acceptSpec } from './acceptance.ts';

const NOW = Date.UTC(2026, 0, 1);
const RULE =
  'arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee';

const { metadata, spec, ...head } = parse(
  demoPlan({ clusterName: 'shop', meshName: 'shop', listenerRuleArn: RULE }, { confirmGuessedCallGraph: false }),
) as { metadata: object; spec: object };

/** What a new plan is told of a record that somebody put, whose spec has members over those of a good one. */
function refusalOf(over: unknown): { reason: string; message: string } | undefined {
  const manifest = {
    ...head,
    metadata,
    spec: typeof over === 'object' && !(over instanceof Uint8Array) ? { ...spec, ...over } : over,
  };
  const item = { name: 'shop', manifest, requests: {} };
  return acceptSpec(testStatus({ createdAt: NOW }), item, {
    hash: () => 'hash',
    worlds: { outOfReach: () => [] },
    now: NOW,
  }).refused;
}

const many = <T>(count: number, of: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, of]));

test('of a thousand errors the first twenty are told, and how many there are besides', () => {
  const { reason, message = '' } = refusalOf(many(1000, null)) ?? {};
  expect(reason).toBe('InvalidPlan');
  expect(message).toContain('spec.key19: unknown key "key19"');
  expect(message).not.toContain('key20');
  expect(message).toMatch(/; and 980 more$/);
  expect(message.length).toBeLessThan(11_000);
});

test('of a long error the beginning is told', () => {
  const { message = '' } =
    refusalOf({ ramp: { steps: [{ weight: 100, bake: `${'1'.repeat(10_000)} minutes` }] } }) ?? {};
  expect(message).toMatch(/^spec\.ramp\.steps\[0\]\.bake: "111.*…$/);
  expect(message.length).toBe(500);
});

const texts = (character: string) => ({ decisions: [{ code: 'A', place: 'x', choice: character.repeat(60_000) }] });

test('what leaves the status no room beside its copy is refused, well formed or not', () => {
  const message = 'manifest: must have at most 131072 bytes as JSON';
  expect(refusalOf({ services: many(20_000, {}) })).toEqual({ reason: 'InvalidPlan', message });
  expect(refusalOf({ services: many(200, {}) })).toBeUndefined();
  expect(refusalOf(texts('x'))?.message).not.toBe(message);
  expect(refusalOf(texts('網'))).toEqual({ reason: 'InvalidPlan', message });
  expect(refusalOf(new Uint8Array(380_000))?.message).toBe(message);
});

test('binary data is called so, and not a map with a key for every byte', () => {
  expect(refusalOf(new Uint8Array(100))?.message).toBe('spec: is binary data, and no value of a plan is');
  expect(refusalOf({ gates: { alarms: [new Uint8Array(1)] } })?.message).toMatch(
    /^spec\.gates\.alarms\[0\]: is binary/,
  );
});
