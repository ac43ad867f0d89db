import { idsOf } from './rows.ts';

/** One test as its file says it, with the suites around it. */
export interface TestTitle {
  file: string;
  /** Outermost suite first; the rows at their heads are left out. */
  path: string[];
  /** Rows named by the test or by a suite around it. */
  rows: string[];
}

export interface Titles {
  tests: TestTitle[];
  /** Titles that name something like a row where no row is looked for. */
  strays: { file: string; title: string }[];
}

interface Opening {
  indent: number;
  kind: 'describe' | 'test';
  /** `undefined` where the title is an expression. */
  title: string | undefined;
}

const OPENING = /^( *)(describe|test)((?:\.\w+)*)(\(.*)$/;
const QUOTED = /^(['"`])((?:\\.|(?!\1).)*)\1/;

/** `E3, S3: …`, or with a further part: `W1: …; W2: …`. */
const HEAD = /(?:^|(?<=; ))(?:[A-Z]\d{1,2}|§\d+(?:\.\d+)?)(?:, (?:[A-Z]\d{1,2}|§\d+(?:\.\d+)?))*: /g;

/**
 * Reads the titles of a test file that is formatted as this repository's are: what is inside a suite is indented further.
 * Throws where the arguments of an `.each` have no end.
 */
export function readTitles(file: string, source: string): Titles {
  const tests: TestTitle[] = [];
  const strays: Titles['strays'] = [];
  let around: Opening[] = [];
  for (const opening of openingsOf(file, source.split('\n'))) {
    around = around.filter(({ indent }) => indent < opening.indent);
    if (isStray(opening.title)) strays.push({ file, title: opening.title });
    if (opening.kind === 'describe') {
      around.push(opening);
      continue;
    }
    const titles = [...around, opening].flatMap(({ title }) => (title === undefined ? [] : [title]));
    tests.push({
      file,
      path: titles.map((title) => title.replaceAll(HEAD, '')).filter((title) => title !== ''),
      rows: [...new Set(titles.flatMap(rowsOf))],
    });
  }
  return { tests, strays };
}

/** The rows that stand at the head of a title. */
const rowsOf = (title: string): string[] => (title.match(HEAD) ?? []).flatMap(idsOf);

const isStray = (title: string | undefined): title is string =>
  title !== undefined && idsOf(title.replaceAll(HEAD, '')).length > 0;

function openingsOf(file: string, lines: readonly string[]): Opening[] {
  return lines.flatMap((line, at) => {
    const [, indent = '', kind = '', modifiers = '', rest = ''] = OPENING.exec(line) ?? [];
    if (kind !== 'describe' && kind !== 'test') return [];
    const isCurried = /\.(each|for|skipIf|runIf)$/.test(modifiers);
    const title = isCurried ? titleBehindArguments(file, lines, at, indent, rest) : titleIn(rest.slice(1), lines, at);
    return [{ indent: indent.length, kind, title }];
  });
}

/** The arguments of `.each(…)` end on the line itself, or on a line that is indented like it. */
function titleBehindArguments(
  file: string,
  lines: readonly string[],
  at: number,
  indent: string,
  rest: string,
): string | undefined {
  const [, sameLine] = /\)\((.*)$/.exec(rest) ?? [];
  if (sameLine !== undefined) return titleIn(sameLine, lines, at);
  const end = lines.findIndex((line, index) => index > at && new RegExp(`^${indent}[^ ].*\\)\\(`).test(line));
  const last = lines[end];
  if (last === undefined) throw new Error(`${file}:${at + 1}: where do the arguments of this call end?`);
  return titleIn(/\)\((.*)$/.exec(last)?.[1] ?? '', lines, end);
}

/** The string at the start of `rest`, or on the next line where `rest` is empty. */
function titleIn(rest: string, lines: readonly string[], at: number): string | undefined {
  const text = rest === '' ? (lines[at + 1] ?? '').trim() : rest;
  return QUOTED.exec(text)?.[2]?.replaceAll(/\\(['"`])/g, '$1');
}
