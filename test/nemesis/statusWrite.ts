import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromAttribute, type Value } from '../../src/state/attributes.ts';
import { planOfPk } from '../../src/state/keys.ts';
import type { StatusWrite } from './history.ts';

/** A write to a plan's status item. */
export interface WriteOfStatus {
  plan: string;
  write: StatusWrite;
}

/**
 * Reads a call of the table's for what it writes to a status item. `undefined` for every other call, and for one that leaves lease and
 * machine as they are. Throws for a write that says neither in what it sets nor in its condition whose lease it is under.
 */
export function statusWriteOf(operation: string, input: Readonly<Record<string, unknown>>): WriteOfStatus | undefined {
  if (operation === 'PutItem') return writeOf(input['Item'], plain(input['Item']), {});
  if (operation !== 'UpdateItem') return undefined;
  const set = assignments(input, /^SET (.*?)(?: REMOVE .*)?$/.exec(textOf(input['UpdateExpression']))?.[1] ?? '', ', ');
  const condition = assignments(input, textOf(input['ConditionExpression']), ' AND ');
  if (set['version'] === undefined) return undefined;
  return writeOf(input['Key'], set, condition);
}

function writeOf(key: unknown, set: Members, condition: Members): WriteOfStatus | undefined {
  const { pk, sk } = plain(key);
  const plan = typeof pk === 'string' ? planOfPk(pk) : undefined;
  if (plan === undefined || sk !== 'status') return undefined;
  const lease = { holder: set['holder'] ?? condition['holder'], epoch: set['epoch'] ?? condition['epoch'] };
  const { holder, epoch } = lease;
  const version = set['version'];
  if (typeof holder !== 'string' || typeof epoch !== 'number' || typeof version !== 'number') {
    throw new TypeError(`a write to the status of plan ${plan} under no lease: ${JSON.stringify({ set, condition })}`);
  }
  return { plan, write: { ...statusOf(set['status']), holder, epoch, version } };
}

function statusOf(status: Value | undefined): Omit<StatusWrite, 'holder' | 'epoch' | 'version'> {
  if (!isMembers(status)) return { what: 'lease' };
  const machine = isMembers(status['machine']) ? status['machine'] : {};
  const context = isMembers(machine['context']) ? machine['context'] : {};
  return {
    what: 'status',
    ...(typeof status['uid'] === 'string' ? { uid: status['uid'] } : {}),
    ...(typeof machine['value'] === 'string' ? { state: machine['value'] } : {}),
    ...(typeof context['step'] === 'number' ? { step: context['step'] } : {}),
  };
}

type Members = Record<string, Value | undefined>;

/** `#n0 = :v0` and its like, with names and values put in; what is no such assignment is left out. */
function assignments(input: Readonly<Record<string, unknown>>, expression: string, separator: string): Members {
  const names = (input['ExpressionAttributeNames'] ?? {}) as Record<string, string>;
  const values = (input['ExpressionAttributeValues'] ?? {}) as Record<string, AttributeValue>;
  const found: Members = {};
  for (const part of expression.split(separator)) {
    const [, placeholder = '', value = ''] = /^(#\w+) = (:\w+)$/.exec(part) ?? [];
    const name = names[placeholder];
    const attribute = values[value];
    if (name !== undefined && attribute !== undefined) found[name] = fromAttribute(attribute);
  }
  return found;
}

const plain = (attributes: unknown): Members =>
  Object.fromEntries(
    Object.entries((attributes ?? {}) as Record<string, AttributeValue>).map(([name, one]) => [
      name,
      fromAttribute(one),
    ]),
  );

const isMembers = (value: Value | undefined): value is { readonly [key: string]: Value | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
