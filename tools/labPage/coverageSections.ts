import type { Covered } from './coverage.ts';
import { anchorOf, code, escaped, shortened, table } from './markdown.ts';
import { REASONS, type Reason } from './reasons.ts';
import type { Row } from './rows.ts';
import type { TestTitle } from './titles.ts';

type Tested = Extract<Covered, { kind: 'tested' }>;
type Untested = Extract<Covered, { kind: 'untested' }>;

const WHAT_MAX = 110;

const isTested = (covered: Covered): covered is Tested => covered.kind === 'tested';
const isUntested = (covered: Covered): covered is Untested => covered.kind === 'untested';

const titleOf = ({ chapter }: Row): string => `${chapter.number}. ${chapter.title}`;

export function summary(covered: readonly Covered[]): string {
  const chapters = [...Map.groupBy(covered, ({ row }) => titleOf(row))];
  const tested = covered.filter(isTested);
  const tests = new Set(tested.flatMap((row) => row.tests.map(({ file, path }) => `${file} ${path.join(' › ')}`)));
  return `[aws-behaviour.md](aws-behaviour.md) has ${covered.length} rows. ${tested.length} of them are held by ${tests.size} tests; each of the other ${covered.length - tested.length} has a
reason.

${table(
  ['chapter', 'rows', 'with a test', 'without'],
  chapters.map(([title, rows]) => [
    rows.some(isTested) ? `[${title}](#${anchorOf(title)})` : title,
    String(rows.length),
    String(rows.filter(isTested).length),
    String(rows.filter(isUntested).length),
  ]),
)}`;
}

export function testedSection(covered: readonly Covered[]): string {
  const chapters = [...Map.groupBy(covered.filter(isTested), ({ row }) => titleOf(row))];
  return `## Rows with a test

Tests below \`lab/\` hold the lab to the row, those below \`src/\` and \`test/unit/\` hold Meshlift to it, those below \`test/witness/\` let others judge.
A test names its rows at the head of its title, or of a suite's around it: \`E3, S3: …\`. Where a row leaves something open and the lab had to decide, it is
marked with an asterisk, and the decision is in [aws-behaviour.md](aws-behaviour.md#18-what-the-lab-decided).

${chapters.map(([title, rows]) => `### ${title}\n\n${table(['row', 'test', 'file'], rows.flatMap(testsOf))}`).join('\n\n')}`;
}

const testsOf = ({ row, tests }: Tested): string[][] =>
  tests.map(({ file, path }, index) => [
    index === 0 ? `**${row.id}**${row.decided ? ' \\*' : ''}` : '',
    escaped(path.join(' › ')),
    linkTo(file),
  ]);

const linkTo = (file: string): string => `[${shortNameOf(file)}](../${file})`;

/** The file with its room: two services may have a test file of one name. */
const shortNameOf = (file: string): string =>
  file
    .replace(/\.test\.ts$|\.ts$/, '')
    .split('/')
    .slice(-2)
    .join('/');

export function untestedSection(covered: readonly Covered[]): string {
  const untested = covered.filter(isUntested);
  const used = (Object.keys(REASONS) as Reason[]).flatMap((reason) => {
    const rows = untested.filter((row) => row.reason === reason);
    return rows.length === 0 ? [] : [{ reason, rows }];
  });
  return `## Rows without a test

${used
  .map(
    ({ reason, rows }) =>
      `### ${reason}\n\n${REASONS[reason]}\n\n${table(
        ['row', 'what it says', 'why there is no test'],
        gathered(rows, covered),
      )}`,
  )
  .join('\n\n')}`;
}

/** One line for each row; for a whole chapter that lacks tests for one reason, one line. */
function gathered(untested: readonly Untested[], covered: readonly Covered[]): string[][] {
  return [...Map.groupBy(untested, ({ row, because }) => `${row.chapter.number} ${because}`).values()].flatMap(
    (rows) => {
      const [first, last] = [rows.at(0), rows.at(-1)];
      const ofChapter = covered.filter(({ row }) => row.chapter.number === first?.row.chapter.number);
      if (first === undefined || last === undefined || rows.length === 1 || rows.length < ofChapter.length) {
        return rows.map(({ row, because }) => [row.id, escaped(shortened(row.what, WHAT_MAX)), because]);
      }
      return [[`${first.row.id} to ${last.row.id}`, `the whole of chapter ${titleOf(first.row)}`, first.because]];
    },
  );
}

/** Who judges what: a witness's tests are those of the files that ask for it. */
export function witnessSection(
  witnesses: readonly {
    name: string;
    judges: string;
    files: readonly { file: string; tests: readonly TestTitle[] }[];
  }[],
): string {
  return `## The witnesses

Clients and servers of AWS that nobody here wrote, and a browser. Each runs unmodified where it is installed; where it is not, its tests say that they were skipped.
A test that runs over a table of cases counts once. \`npm run check\` runs all of them.

${table(
  ['witness', 'judges', 'tests', 'in'],
  witnesses.flatMap(({ name, judges, files }) =>
    files.length === 0
      ? [[name, judges, 'none yet', '']]
      : files.map(({ file, tests }, index) => [
          index === 0 ? name : '',
          index === 0 ? judges : '',
          tests.length === 0 ? 'those of another file' : String(tests.length),
          `[${code(file.replace('test/witness/', ''))}](../${file})`,
        ]),
  ),
)}`;
}
