import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, type FixtureName, planFor } from '../../../test/fixtures/estates.ts';
import { assess } from '../../assess/assess.ts';
import { buildStack } from '../../assess/stack.ts';
import { reducedCommand } from './commands.ts';
import { type KnownNames, reducedText, withoutCredentials } from './hosts.ts';
import { knownNames, reducedExport } from './reduced.ts';

const hash = (value: string): string => createHash('sha256').update(value).digest('hex').slice(0, 8);
const KNOWN: KnownNames = {
  hosts: new Set(['stock.shop.local', 'stock']),
  namespaces: new Set(['shop.local']),
  words: new Set(['user-api']),
};
const shown = (text: string): string => reducedText(text, KNOWN, hash).replace(/#[0-9a-f]{8}$/, '#');

describe('a value is reduced to hosts and a hash', () => {
  test.each([
    ['http://stock.shop.local:8080', 'http://stock.shop.local:8080'],
    ['stock.shop.local', 'stock.shop.local'],
    ['new.shop.local:90', 'new.shop.local:90'],
    ['', ''],
    ['http://stock.shop.local:8080/items?token=hunter2', 'http://stock.shop.local:8080 #'],
    ['postgres://shop:hunter2@db.internal:5432/shop', 'postgres://db.internal:5432 #'],
    ['postgres://shop:hun@ter2@db.internal:5432/shop', 'postgres://db.internal:5432 #'],
    ['postgres://shop:123/ter2@db.internal:5432/shop', 'postgres:// #'],
    ['postgres://shop:hun?ter@db/x', 'postgres:// #'],
    ['jdbc:postgresql://db.internal:5432/shop?user=a&password=hunter2', 'postgresql://db.internal:5432 #'],
    ['redis://:hunter2@cache:6379', 'redis://cache:6379 #'],
    ['https://hooks.example.com/services/T0/B0/hunter2', 'https://hooks.example.com #'],
    ['https://hunter2@o1.example.com/42', 'https://o1.example.com #'],
    ['vault://hunter2', '#'],
    ['hunter2', '#'],
    ['hunter.two', '#'],
    ['SG.abcdef.ghijkl', '#'],
    ['db-1.abc.eu-west-1.rds.amazonaws.com', 'db-1.abc.eu-west-1.rds.amazonaws.com'],
    ['hunter2 #0123abcd', '#'],
  ])('%s', (value, wanted) => {
    expect(shown(value)).toBe(wanted);
  });

  test('twice is as once', () => {
    for (const value of ['postgres://a:b@db.internal:5432/x', 'hunter2', 'http://stock.shop.local', 'a #0123abcd']) {
      const once = reducedText(value, KNOWN, hash);
      expect(reducedText(once, KNOWN, () => 'ffffffff')).toBe(once);
    }
  });
});

test.each([
  [
    ['sh', '-c', 'bundle exec rake db:migrate && exec puma -p hunter2'],
    'sh -c bundle exec rake db:migrate && exec puma -p #',
  ],
  [['node', 'server.js', '--password=hunter2', '--port', '8080'], 'node server.js --password=# --port #'],
  [['mysql', '-phunter2'], '# #'],
  [['user-api'], 'user-api'],
  [
    ['CMD-SHELL', 'curl -f http://localhost:9901/ready || exit 1'],
    'CMD-SHELL curl -f http://localhost:9901 # || exit 1',
  ],
])('a command line tells what runs, and no more: %s', (command, wanted) => {
  expect(
    reducedCommand(command, KNOWN, hash)
      .join(' ')
      .replaceAll(/#[0-9a-f]{8}/g, '#'),
  ).toBe(wanted);
});

test.each([
  ['https://user:hunter2@example.com/x', 'https://example.com/x'],
  ['https://hunter2@example.com/x', 'https://example.com/x'],
  ['see https://a:12/34@example.com and http://b.c/@d', 'see https://example.com and http://b.c/@d'],
  ['a@b', 'a@b'],
])('a URL anywhere is without its user and password: %s', (value, wanted) => {
  expect(withoutCredentials(value)).toBe(wanted);
});

const FIXTURES: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

describe.each(FIXTURES)('%s', (name) => {
  const exported = exportOf(name);
  const known = knownNames([exported]);
  const reduced = reducedExport(exported, known, hash);

  test('is assessed the same when reduced, App Mesh or not', () => {
    const whole = estateOf(name, exported);
    const assessed = assess(planFor(name), whole);
    const again = estateOf(name, reduced);
    expect(assess(planFor(name), again)).toEqual(assessed);
    expect(again.edges).toEqual(whole.edges);
    const gone = { state: 'unreachable', why: 'gone' } as const;
    const without = {
      ...exported,
      appMesh: { ...exported.appMesh, meshes: [], virtualNodes: [], virtualServices: [] },
    };
    const withoutReduced = { ...reduced, appMesh: without.appMesh };
    expect(estateOf(name, { ...withoutReduced, appMeshAnswer: gone }).edges).toEqual(
      estateOf(name, { ...without, appMeshAnswer: gone }).edges,
    );
  });

  test('gives the same stack, but for the values', () => {
    const stack = buildStack(
      planFor(name),
      estateOf(name, exported),
      assess(planFor(name), estateOf(name, exported)),
      1,
    );
    const plan = planFor(name);
    const again = buildStack(plan, estateOf(name, reduced), assess(plan, estateOf(name, reduced)), 1);
    const inOne = (value: object): unknown => reducedExport(Object.assign({ ...exported }, { value }), known, hash);
    expect(inOne(again)).toEqual(inOne(stack));
  });
});
