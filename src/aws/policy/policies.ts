import { INDEX_ACTIONS, STREAM_ACTIONS, TABLE_ACTIONS } from '../../state/actions.ts';
import { MIGRATION_ACTIONS } from '../actions.ts';
import { WHOLE_INVENTORY_ACTIONS } from '../inventory/whole.ts';
import { NOTIFY_ACTIONS } from '../notify/actions.ts';
import { ASSESS } from './assess.ts';
import { OPERATOR_POLICIES, SHIPPED_POLICIES } from './shippedPolicies.ts';
import type { Statement } from './statement.ts';

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: readonly Statement[];
}

const documentOf = (statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** What the code declares that the operator needs: a migration, its table, whom a plan tells. */
const OPERATOR_ACTIONS: readonly string[] = [
  ...MIGRATION_ACTIONS,
  ...TABLE_ACTIONS,
  ...INDEX_ACTIONS,
  ...STREAM_ACTIONS,
  ...NOTIFY_ACTIONS,
];

/**
 * The policies that are shipped, by their files' names. The operator's are three, since one would be longer than IAM takes; its task role
 * has them all. `assess` is for `meshlift assess`, `export` and `preview` without an operator, and changes nothing. All have places to be
 * filled in (`places.ts`). Throws where a declared action has no statement, and where a statement allows what nothing declares.
 */
export function policies(): Readonly<Record<string, PolicyDocument>> {
  checkDeclared(Object.values(OPERATOR_POLICIES).flat(), OPERATOR_ACTIONS);
  checkDeclared(ASSESS, WHOLE_INVENTORY_ACTIONS);
  return Object.fromEntries(
    Object.entries(SHIPPED_POLICIES).map(([name, statements]) => [name, documentOf(statements)]),
  );
}

/** Throws where statements and declared actions are not the same. */
export function checkDeclared(statements: readonly Statement[], declared: readonly string[]): void {
  const allowed = new Set(statements.flatMap(({ Action }) => Action));
  const missing = declared.filter((action) => !allowed.has(action));
  if (missing.length > 0) {
    throw new Error(`No statement of the policy allows ${missing.join(', ')}, which the code declares that it needs.`);
  }
  const needed = new Set(declared);
  const needless = [...allowed].filter((action) => !needed.has(action));
  if (needless.length > 0) {
    throw new Error(`The policy allows ${needless.join(', ')}, which nothing in the code declares that it needs.`);
  }
}
