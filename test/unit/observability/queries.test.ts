import { glob } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { denied, Lines, slow, takenOverAndBack } from './logLines.ts';
import { namedIn } from './logQuery.ts';
import { namesIn, QUERIES, read, rowsOf, section } from './page.ts';

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };
/** Said once in the page, of all lines. */
const OF_ALL = [
  'level',
  'time',
  'operator',
  'msg',
  'plan',
  'uid',
  'reconcileId',
  'epoch',
  'awsCall',
  'code',
  'err',
  'phase',
  'state',
];

const inOrder = (names: readonly string[]): string[] => names.toSorted();

const lines = new Lines();
beforeAll(async () => {
  await takenOverAndBack(lines);
  await denied(lines);
  await slow(lines);
}, 60_000);

/** What of a query's names no line of what operators have logged has. */
function missingIn(query: string): string[] {
  const { messages, fields } = namedIn(query);
  const found = messages.map((message) => lines.all.filter(({ msg }) => msg === message));
  return [
    ...messages.filter((_, index) => found[index]?.length === 0),
    ...fields.filter((field) => !found.flat().some((line) => line[field] !== undefined)),
  ];
}

describe('docs/observability.md', () => {
  const rows = rowsOf(section('Logs')).map(([names, level = '', , fields]) => ({
    names: namesIn(names),
    levels: level.split(', '),
    fields: namesIn(fields),
  }));

  test.each(QUERIES)('what %s names is in lines that operators log', (query) => {
    expect(namedIn(query).messages.length).toBeGreaterThan(0);
    expect(missingIn(query)).toEqual([]);
  });

  test('has every message of the code, and no other', async () => {
    const sources: string[] = [];
    for await (const path of glob('src/**/*.ts')) if (!path.endsWith('.test.ts')) sources.push(path);
    const logged = (await Promise.all(sources.map(read))).flatMap((text) =>
      [...text.matchAll(/\blog\??\.(?:info|warn|error|debug)\(([\s\S]*?)\);/g)].flatMap(([, inside = '']) => {
        const last = inside.slice(inside.lastIndexOf('}') + 1);
        return [...(last === '' ? inside : last).matchAll(/'([A-Za-z]+)'/g)].map(([, message = '']) => message);
      }),
    );
    expect(logged.length).toBeGreaterThan(25);
    expect(inOrder(rows.flatMap(({ names }) => names))).toEqual(inOrder([...new Set(logged)]));
  });

  test('has the level and the fields of every line that was logged', () => {
    const wrong = lines.all.flatMap((line) => {
      const row = rows.find(({ names }) => names.includes(String(line['msg'])));
      const level = LEVELS[Number(line['level'])] ?? '';
      const isOpen = row?.fields.some((field) => field === 'id' || field === 'path') ?? false;
      const unsaid = Object.keys(line).filter((key) => !OF_ALL.includes(key) && !row?.fields.includes(key));
      return [
        ...(row?.levels.includes(level) === true ? [] : [`${String(line['msg'])} ${level}`]),
        ...(isOpen ? [] : unsaid.map((key) => `${String(line['msg'])}.${key}`)),
      ];
    });
    expect(new Set(lines.all.map(({ msg }) => msg)).size).toBeGreaterThan(9);
    expect([...new Set(wrong)]).toEqual([]);
  });
});

test.each([
  ['filter msg = "moved" | fields plan', ['moved', 'msg', 'plan']],
  ['filter msg = "transition" | fields plan, toState', ['toState']],
  ['filter msg = "takenOver" | stats count(*) as n by from, holder', ['holder']],
])('a name that no line has is found: %s', (query, missing) => {
  expect(missingIn(query)).toEqual(missing);
});
