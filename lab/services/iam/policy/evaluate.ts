import { wildcard, wildcardOf } from '../../wildcard.ts';
import { matchesArn } from './arnMatch.ts';
import type { AskedFor } from './request.ts';
import type { Selection, Statement } from './statement.ts';
import { patternOf } from './variables.ts';

/** What policies of one kind say of one request. `silent` denies as well, unless another kind allows. */
export type Verdict = 'allows' | 'denies' | 'silent';

/** One statement that denies outweighs all that allow; without one that allows nothing is said (row N64). */
export function evaluate(statements: readonly Statement[], asked: AskedFor): Verdict {
  const applying = statements.filter((statement) => applies(statement, asked));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denies';
  return applying.length > 0 ? 'allows' : 'silent';
}

/** Whether a statement is about a request, whomever it names as principals. */
export function applies({ actions, resources, conditions }: Statement, asked: AskedFor): boolean {
  return (
    isSelected(actions, (pattern) => wildcard(pattern, { ignoreCase: true })(asked.action)) &&
    (resources === undefined || isSelected(resources, (pattern) => matchesResource(pattern, asked))) &&
    conditions.every((condition) => condition.holds(asked.context))
  );
}

function isSelected({ isInverted, patterns }: Selection, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== isInverted;
}

/** An action without resource-level permission asks for `*`, which no pattern but one of asterisks meets. */
function matchesResource(text: string, { resource, context }: AskedFor): boolean {
  const pattern = patternOf(text, context);
  if (pattern === undefined) return false;
  return resource === '*' ? wildcardOf(pattern)('*') : matchesArn(pattern, resource);
}
