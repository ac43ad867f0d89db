import { AwsError } from '../../../errors.ts';
import { notPlayed } from '../../notPlayed.ts';
import { type Condition, readCondition } from './condition.ts';

/** Whether a statement is for what is in a list, or for everything else. */
export interface Selection {
  isInverted: boolean;
  patterns: readonly string[];
}

/** Whom a trust policy trusts, by kind: ARNs and account ids under `AWS`, names of services under `Service`. */
export type Principals = Readonly<Record<string, readonly string[]>>;

export interface Statement {
  effect: 'Allow' | 'Deny';
  actions: Selection;
  /** A trust policy has none. */
  resources: Selection | undefined;
  /** A permissions policy has none. */
  principals: Principals | undefined;
  conditions: readonly Condition[];
}

/**
 * The statements of a document that has the form of a policy. Throws `MalformedPolicyDocument`, in the lab's own words for a condition
 * operator that it does not know.
 */
export function statementsOf(document: Readonly<Record<string, unknown>>): Statement[] {
  return listOf(document['Statement']).map((raw) => {
    const statement = raw as Record<string, unknown>;
    if (statement['NotPrincipal'] !== undefined) throw notPlayed('iam', 'NotPrincipal in a trust policy');
    const actions = selectionOf(statement, 'Action');
    if (actions === undefined) throw malformed();
    return {
      effect: statement['Effect'] === 'Deny' ? 'Deny' : 'Allow',
      actions,
      resources: selectionOf(statement, 'Resource'),
      principals: principalsOf(statement['Principal']),
      conditions: conditionsOf(statement['Condition']),
    };
  });
}

function selectionOf(statement: Readonly<Record<string, unknown>>, member: string): Selection | undefined {
  const inverted = statement[`Not${member}`];
  const given = statement[member] ?? inverted;
  if (given === undefined) return undefined;
  return { isInverted: statement[member] === undefined, patterns: textsOf(given) };
}

/** `"*"` is everybody of every account. */
function principalsOf(given: unknown): Principals | undefined {
  if (given === undefined) return undefined;
  if (given === '*') return { AWS: ['*'] };
  return Object.fromEntries(entriesOf(given).map(([kind, names]) => [kind, textsOf(names)]));
}

function conditionsOf(given: unknown): Condition[] {
  if (given === undefined) return [];
  return entriesOf(given).flatMap(([operator, keys]) =>
    entriesOf(keys).map(([key, values]) => {
      const reading = readCondition(operator, key, textsOf(values));
      switch (reading.kind) {
        case 'condition':
          return reading.condition;
        case 'notPlayed':
          throw notPlayed('iam', 'condition operators for addresses and bytes in a policy', operator);
        case 'unknown':
          throw malformed();
      }
    }),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return Object.entries(value);
}

/** One text or a list of them; numbers and booleans stand for their texts. */
function textsOf(value: unknown): string[] {
  return listOf(value).map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw malformed();
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);

const malformed = () => new AwsError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
