import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { NOT_PLAYED } from '../../lab/services/notPlayed.ts';
import { coverageOf } from '../../tools/labPage/coverage.ts';
import { labPage } from '../../tools/labPage/labPage.ts';
import { readBehaviour } from '../../tools/labPage/rows.ts';
import { readTitles } from '../../tools/labPage/titles.ts';

const ROOT = new URL('../../', import.meta.url);

test('docs/lab.md is what the code and the tests say', async () => {
  const page = await readFile(new URL('docs/lab.md', ROOT), 'utf8');
  const same = page === (await labPage(ROOT));
  expect(same, 'docs/lab.md is not what the code and the tests say: run `npm run docs` and commit it').toBe(true);
});

test('whatever the lab says that it does not play is refused somewhere', () => {
  const sources = globSync('lab/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('notPlayed.ts'))
    .map((file) => readFileSync(new URL(file, ROOT), 'utf8'));
  const features = Object.values(NOT_PLAYED).flatMap((service) => Object.keys(service.features));
  expect(features.length).toBeGreaterThan(30);
  const isRefused = (feature: string) => sources.some((source) => source.includes(`'${feature}'`));
  expect(features.filter((feature) => !isRefused(feature))).toEqual([]);
});

const BEHAVIOUR = readBehaviour(
  [
    '## 0. How to read it',
    'words',
    '## 3. ECS',
    'An introduction.',
    '### 3.1 Services (D)',
    '| # | what happens | conf |',
    '|---|---|---|',
    '| E2 | second | D |',
    '| E1 | **first**, `a\\|b` | D |',
    '## 8. CloudWatch',
    '### 8.2 Evaluation',
    'How alarms are evaluated.',
    '## 18. What the lab decided',
    '| row | what the lab does |',
    '| E2, §8.2 | something |',
  ].join('\n'),
);

const titles = (...lines: string[]) => [readTitles('a.test.ts', lines.join('\n'))];

describe('the rows of the page', () => {
  test('are read by chapter and number, with what the lab decided; sections count where they have no lettered rows', () => {
    expect(BEHAVIOUR).toEqual([
      { id: 'E1', what: 'first, a|b', chapter: { number: 3, title: 'ECS' }, decided: false },
      { id: 'E2', what: 'second', chapter: { number: 3, title: 'ECS' }, decided: true },
      { id: '§8.2', what: 'Evaluation', chapter: { number: 8, title: 'CloudWatch' }, decided: true },
    ]);
  });

  test('are some, and none twice', () => {
    expect(() => readBehaviour('# Nothing')).toThrow('has no rows');
    expect(() => readBehaviour('## 3. ECS\n| E1 | a |\n| E1 | b |')).toThrow('twice: E1');
  });
});

describe('the titles of a test file', () => {
  test('name rows at their heads, and hand them down to the tests of a suite', () => {
    const [read] = titles(
      `describe("E1: a suite", () => {`,
      `  test.each([`,
      `    [1, (2)],`,
      `  ])('E2, §8.2: %s', () => {`,
      `  });`,
      `  test(`,
      "    'what a formatter broke; E3: and a second part',",
      '  );',
      '});',
      `test.each([-1, 2])('it’s %s', () => {});`,
      'test(expression, () => {});',
    );
    expect(read?.strays).toEqual([]);
    expect(read?.tests).toEqual([
      { file: 'a.test.ts', path: ['a suite', '%s'], rows: ['E1', 'E2', '§8.2'] },
      { file: 'a.test.ts', path: ['a suite', 'what a formatter broke; and a second part'], rows: ['E1', 'E3'] },
      { file: 'a.test.ts', path: ['it’s %s'], rows: [] },
      { file: 'a.test.ts', path: [], rows: [] },
    ]);
  });

  test('of this repository are all found', async () => {
    const source = await readFile(new URL('test/unit/labPage.test.ts', ROOT), 'utf8');
    const [own] = titles(source);
    expect(own?.tests.map(({ path }) => path.at(-1))).toContain('of this repository are all found');
  });
});

describe('the page cannot be made', () => {
  const reason = { reason: 'todo', because: 'Nobody has.' } as const;
  const both = titles(`test('E1, E2: a', () => {});`);

  test.each([
    ['with a title that names a row which there is not', titles(`test('E9: a', () => {});`), 'names E9, which'],
    ['with a row that is named elsewhere in a title', titles(`test('a (E1)', () => {});`), '"a (E1)" must name'],
    ['with a row that has neither test nor reason', titles(), 'E1 has no test'],
  ])('%s', (_, files, problem) => {
    expect(() => coverageOf(BEHAVIOUR, files, [{ rows: ['§8.2'], ...reason }])).toThrow(problem);
  });

  test.each([
    ['with a reason for a row that has a test', ['E1', '§8.2'], 'E1 has a test and'],
    ['with a reason for a row that there is not', ['§8.2', 'X*'], 'there is no row X*'],
    ['with two reasons for a row', ['§8.2', '§8.2'], '§8.2 has two reasons'],
  ])('%s', (_, rows, problem) => {
    expect(() => coverageOf(BEHAVIOUR, both, [{ rows, ...reason }])).toThrow(problem);
  });

  test('and can, where every row has the one or the other; the referee’s invariants are no rows', () => {
    const files = titles(`test('I5, E1: a', () => {});`, `test('E2: b', () => {});`);
    expect(coverageOf(BEHAVIOUR, files, [{ rows: ['§8.2'], ...reason }]).map(({ kind }) => kind)).toEqual([
      'tested',
      'tested',
      'untested',
    ]);
  });
});
