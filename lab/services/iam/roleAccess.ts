import type { RoleSession } from '../sts/sessions.ts';
import type { IamStore, RoleRecord } from './iamStore.ts';
import { evaluate, type Verdict } from './policy/evaluate.ts';
import type { AskedFor } from './policy/request.ts';
import { type Statement, statementsOf } from './policy/statement.ts';

/** What becomes of one permission that is asked for; `because` is AWS's own end of the sentence (row N65). */
export type Access = { kind: 'allowed' } | { kind: 'denied'; because: string };

/** A document is read once, however many calls it is held against. */
const read = new Map<string, readonly Statement[]>();

export function statementsIn(document: string): readonly Statement[] {
  let statements = read.get(document);
  if (statements === undefined) {
    statements = statementsOf(JSON.parse(document) as Record<string, unknown>);
    read.set(document, statements);
  }
  return statements;
}

/** Whether a session may: by its role's policies as they are now, its role's boundary, and what the session was narrowed to (row N64). */
export function accessOf(store: IamStore, session: RoleSession, asked: AskedFor): Access {
  const role = store.roles.get(session.roleName.toLowerCase());
  const kinds: { said: Verdict; silence: string; denial: string }[] = [
    {
      said: evaluate(role === undefined ? [] : identityOf(store, role), asked),
      silence: 'identity-based policy',
      denial: 'an identity-based policy',
    },
  ];
  if (role?.permissionsBoundary !== undefined) {
    const said = evaluate(managed(store, role.permissionsBoundary), asked);
    kinds.push({ said, silence: 'permissions boundary', denial: 'a permissions boundary' });
  }
  if (session.policies !== undefined) {
    const said = evaluate(session.policies, asked);
    kinds.push({ said, silence: 'session policy', denial: 'a session policy' });
  }
  const denying = kinds.find(({ said }) => said === 'denies');
  if (denying !== undefined) return { kind: 'denied', because: `with an explicit deny in ${denying.denial}` };
  const silent = kinds.find(({ said }) => said === 'silent');
  if (silent !== undefined) {
    return { kind: 'denied', because: `because no ${silent.silence} allows the ${asked.action} action` };
  }
  return { kind: 'allowed' };
}

function identityOf(store: IamStore, role: RoleRecord): Statement[] {
  return [
    ...[...role.inlinePolicies.values()].flatMap(statementsIn),
    ...[...role.attachedPolicies].flatMap((arn) => managed(store, arn)),
  ];
}

/** The default version of a managed policy. */
export function managed(store: IamStore, arn: string): readonly Statement[] {
  const policy = store.policies.get(arn);
  const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId);
  return version === undefined ? [] : statementsIn(version.document);
}
