import type { RoleSession } from '../sts/sessions.ts';
import { applies } from './policy/evaluate.ts';
import type { AskedFor } from './policy/request.ts';
import type { Statement } from './policy/statement.ts';

/** Who wants to assume a role. */
export type Assumer =
  | { kind: 'administrator'; accountId: string; arn: string }
  | { kind: 'session'; session: RoleSession }
  /** ECS for a task: `ecs-tasks.amazonaws.com`. */
  | { kind: 'service'; name: string };

/**
 * What a role's trust policy says of one who would assume it: it names them, or it leaves the choice to their account, whose policies must
 * then allow it as well (row N66).
 */
export type Trust = 'named' | 'account' | 'none';

export function trustOf(statements: readonly Statement[], assumer: Assumer, asked: AskedFor): Trust {
  const applying = statements
    .filter((statement) => applies(statement, asked))
    .map(({ effect, principals = {} }) => ({ effect, trust: naming(principals, assumer) }))
    .filter(({ trust }) => trust !== 'none');
  if (applying.length === 0 || applying.some(({ effect }) => effect === 'Deny')) return 'none';
  return applying.some(({ trust }) => trust === 'named') ? 'named' : 'account';
}

function naming(principals: Readonly<Record<string, readonly string[]>>, assumer: Assumer): Trust {
  if (assumer.kind === 'service') return principals['Service']?.includes(assumer.name) === true ? 'named' : 'none';
  const names = principals['AWS'] ?? [];
  const { accountId, arn } = assumer.kind === 'session' ? assumer.session : assumer;
  const own = assumer.kind === 'session' ? [arn, assumer.session.roleArn] : [arn];
  if (names.some((name) => name === '*' || own.includes(name))) return 'named';
  return names.some((name) => name === accountId || name === `arn:aws:iam::${accountId}:root`) ? 'account' : 'none';
}
