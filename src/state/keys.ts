/** The keys of the table. One partition a plan, one a claim, one an operator. */
export interface Key {
  pk: string;
  sk: string;
}

const PLAN = 'plan#';

export const planPk = (name: string): string => `${PLAN}${name}`;

/** The plan's name, or `undefined` for an item that belongs to no plan. */
export const planOfPk = (pk: string): string | undefined => (pk.startsWith(PLAN) ? pk.slice(PLAN.length) : undefined);

export const specKey = (name: string): Key => ({ pk: planPk(name), sk: 'spec' });
export const statusKey = (name: string): Key => ({ pk: planPk(name), sk: 'status' });

/** There while a change of the plan was not read by any operator. */
export const wakeKey = (name: string): Key => ({ pk: planPk(name), sk: 'wake' });

/** Names every target that the plan claims or is about to, so that no claim is ever lost sight of. */
export const claimsKey = (name: string): Key => ({ pk: planPk(name), sk: 'claims' });
export const claimKey = (target: string): Key => ({ pk: `claim#${target}`, sk: 'claim' });

export const OPERATOR_SK = 'operator';
const OPERATOR = 'operator#';
export const operatorKey = (name: string): Key => ({ pk: `${OPERATOR}${name}`, sk: OPERATOR_SK });
export const operatorOfPk = (pk: string): string | undefined =>
  pk.startsWith(OPERATOR) ? pk.slice(OPERATOR.length) : undefined;

/** The estate's head, which names the revision that counts; a part belongs to one revision. */
export const estateKey = (name: string): Key => ({ pk: planPk(name), sk: 'estate' });
export const ESTATE_PARTS = 'estate#';
export const estateServiceKey = (name: string, service: string, revision: string): Key => ({
  pk: planPk(name),
  sk: `${ESTATE_PARTS}${service}#${revision}`,
});
/** No name of an ECS service begins with a dot. */
export const estateListKey = (name: string, list: string, chunk: number, revision: string): Key => ({
  pk: planPk(name),
  sk: `${ESTATE_PARTS}.${list}.${String(chunk).padStart(4, '0')}#${revision}`,
});

export const EVENTS = 'event#';
/** Sorts by time, then by the write that made it, then by its place in that write. */
export const eventKey = (name: string, atMs: number, version: number, index: number): Key => ({
  pk: planPk(name),
  sk: `${EVENTS}${new Date(atMs).toISOString()}#${String(version).padStart(10, '0')}.${String(index).padStart(3, '0')}`,
});
