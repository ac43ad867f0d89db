import { AwsError } from './errors.ts';
import { isRecord } from './wire/jsonCheck.ts';

/** An item has lists and maps in one another down to 32 levels; each is two levels of JSON, within a few of the request's own. */
const JSON_LEVELS_MAX = 2 * 32 + 8;

/**
 * What is wrong with a request in a way that dynalite does not foresee, and falls over or lets pass; `undefined` where nothing is. Everything
 * else is dynalite's to judge (row D12).
 */
export function dynamoDbFault(operation: string, body: Uint8Array): AwsError | undefined {
  let input: unknown;
  try {
    input = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // dynalite answers what is no JSON, or nothing at all.
    return undefined;
  }
  if (input === null) return new AwsError('SerializationException', 'The request must be an object, but is null');
  const shape = shapeFault(input);
  if (shape !== undefined) return shape;
  if (operation === 'Query') return keyConditionFault(input);
  return /^(Tag|Create)/.test(operation) ? tagsFault(input) : undefined;
}

/** A key that is compared with an empty text or with empty bytes (row D13). */
function keyConditionFault(input: unknown): AwsError | undefined {
  const expression = memberOf(input, 'KeyConditionExpression');
  if (typeof expression !== 'string') return undefined;
  let key = '';
  for (const [word] of expression.matchAll(/[#:]?\w+/g)) {
    if (!word.startsWith(':')) {
      if (!/^(and|between|begins_with)$/i.test(word)) key = word;
      continue;
    }
    const value = memberOf(memberOf(input, 'ExpressionAttributeValues'), word);
    const kind = memberOf(value, 'S') === '' ? 'string' : memberOf(value, 'B') === '' ? 'binary' : undefined;
    if (kind === undefined) continue;
    const named = memberOf(memberOf(input, 'ExpressionAttributeNames'), key);
    return new AwsError(
      'ValidationException',
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. ` +
        `Key: ${typeof named === 'string' ? named : key}`,
    );
  }
  return undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A member of the request itself may be null, and is then absent, as AWS has it; nothing within one may be. */
function shapeFault(input: unknown): AwsError | undefined {
  const open = [...childrenOf(input)]
    .filter(([, member]) => member !== null)
    .map(([name, value]) => ({ name, value, level: 1 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name, value, level } = next;
    if (value === null) return new AwsError('SerializationException', `${name} must not be null`);
    if (level > JSON_LEVELS_MAX) {
      return new AwsError(
        'ValidationException',
        'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels more than supported limit',
      );
    }
    for (const [key, child] of childrenOf(value)) open.push({ name: key, value: child, level: level + 1 });
  }
  return undefined;
}

function childrenOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function tagsFault(input: unknown): AwsError | undefined {
  const tags = isRecord(input) && Array.isArray(input['Tags']) ? (input['Tags'] as unknown[]) : [];
  for (const [index, tag] of tags.entries()) {
    for (const member of ['Key', 'Value']) {
      if (isRecord(tag) && tag[member] !== undefined) continue;
      const place = `tags.${index + 1}.member.${member.toLowerCase()}`;
      return new AwsError(
        'ValidationException',
        `1 validation error detected: Value null at '${place}' failed to satisfy constraint: Member must not be null`,
      );
    }
  }
  return undefined;
}
