import type { Reason, WithoutTest } from './reasons.ts';
import type { Row } from './rows.ts';
import type { TestTitle, Titles } from './titles.ts';

/** A row with the tests that hold the lab, or Meshlift, to it; or with the reason why there is none. */
export type Covered =
  | { kind: 'tested'; row: Row; tests: TestTitle[] }
  | { kind: 'untested'; row: Row; reason: Reason; because: string };

/** The referee's invariants of Meshlift (I1 to I16) stand at the head of titles as rows do, and are none of AWS's. */
const INVARIANT = /^I\d+$/;

/**
 * Which test holds which row. Throws with everything that is wrong: a title that names a row which the page does not have, or names
 * one elsewhere than at its head; a row with neither test nor reason, and one with both.
 */
export function coverageOf(
  rows: readonly Row[],
  titles: readonly Titles[],
  withoutTest: readonly WithoutTest[],
): Covered[] {
  const tests = titles.flatMap((file) => file.tests);
  const reasons = reasonsByRow(rows, withoutTest);
  const known = new Set(rows.map(({ id }) => id));
  const problems = [
    ...tests.flatMap(({ file, path, rows }) =>
      rows
        .filter((id) => !known.has(id) && !INVARIANT.test(id))
        .map((id) => `${file}: "${path.join(' › ')}" names ${id}, which docs/aws-behaviour.md does not have`),
    ),
    ...titles
      .flatMap((file) => file.strays)
      .map(({ file, title }) => `${file}: "${title}" must name its rows at its head, as in "E3, S3: …"`),
    ...reasons.problems,
  ];
  const covered = rows.flatMap((row): Covered[] => {
    const holding = tests.filter(({ rows }) => rows.includes(row.id));
    const given = reasons.byRow.get(row.id);
    if (holding.length > 0) {
      if (given !== undefined)
        problems.push(`${row.id} has a test and, in tools/labPage/reasons.ts, a reason for none`);
      return [{ kind: 'tested', row, tests: holding }];
    }
    if (given === undefined) {
      problems.push(
        `${row.id} has no test: name it at the head of a test's title, or give a reason in tools/labPage/reasons.ts`,
      );
      return [];
    }
    return [{ kind: 'untested', row, reason: given.reason, because: given.because }];
  });
  if (problems.length > 0) throw new Error(`docs/lab.md cannot be made:\n${problems.join('\n')}`);
  return covered;
}

function reasonsByRow(rows: readonly Row[], withoutTest: readonly WithoutTest[]) {
  const byRow = new Map<string, WithoutTest>();
  const problems: string[] = [];
  for (const entry of withoutTest) {
    for (const pattern of entry.rows) {
      const ids = rows.map(({ id }) => id).filter((id) => id === pattern || id.replace(/\d+$/, '*') === pattern);
      if (ids.length === 0) problems.push(`tools/labPage/reasons.ts: there is no row ${pattern}`);
      for (const id of ids) {
        if (byRow.has(id)) problems.push(`tools/labPage/reasons.ts: ${id} has two reasons`);
        byRow.set(id, entry);
      }
    }
  }
  return { byRow, problems };
}
