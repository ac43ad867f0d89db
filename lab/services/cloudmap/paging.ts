import { AwsError } from '../../errors.ts';

export interface Page<T> {
  items: T[];
  nextToken: { NextToken?: string };
}

/**
 * One page of `all`, which is in the order of creation, and then what of it `matches`: Cloud Map filters after paging, so that a page
 * may be empty and still have a NextToken (row C6). The token names the last item looked at, so that deletions between pages lose
 * nothing. Throws `InvalidInput` for a size out of range or a token that is none.
 */
export function pageOf<T extends { sequence: number }>(
  all: Iterable<T>,
  input: { NextToken?: string | undefined; MaxResults?: number | undefined },
  matches: (item: T) => boolean = () => true,
): Page<T> {
  const size = input.MaxResults ?? 100;
  if (size < 1 || size > 100) throw new AwsError('InvalidInput', 'MaxResults must be between 1 and 100.');
  if (input.NextToken !== undefined && !/^\d+$/.test(input.NextToken)) {
    throw new AwsError('InvalidInput', 'The NextToken is not valid.');
  }
  const after = Number(input.NextToken ?? -1);
  const rest = [...all].filter(({ sequence }) => sequence > after);
  const looked = rest.slice(0, size);
  const last = looked.at(-1);
  const nextToken = rest.length > size && last !== undefined ? { NextToken: String(last.sequence) } : {};
  return { items: looked.filter(matches), nextToken };
}

interface Filter {
  Name?: string | undefined;
  Values?: string[] | undefined;
  Condition?: string | undefined;
}

/**
 * What the filters of a List operation ask for. `members` says, for each filter name, which value an item has and which conditions the
 * filter takes (row C7). Throws `InvalidInput` for any other.
 */
export function matcherOf<T>(
  filters: Filter[] | undefined,
  members: Record<string, { value: (item: T) => string | undefined; conditions: readonly string[] }>,
): (item: T) => boolean {
  const tests = (filters ?? []).map(({ Name: name = '', Values: values = [], Condition: condition = 'EQ' }) => {
    const member = members[name];
    if (member === undefined) throw new AwsError('InvalidInput', `There is no filter ${name} here.`);
    if (!member.conditions.includes(condition)) {
      throw new AwsError('InvalidInput', `The filter ${name} takes ${member.conditions.join(', ')}, not ${condition}.`);
    }
    if (values.length === 0 || (condition !== 'IN' && condition !== 'BETWEEN' && values.length > 1)) {
      throw new AwsError('InvalidInput', `The filter ${name} with ${condition} has ${values.length} values.`);
    }
    return (item: T): boolean => {
      const value = member.value(item);
      if (value === undefined) return false;
      switch (condition) {
        case 'BEGINS_WITH':
          return value.startsWith(values[0] ?? '');
        case 'BETWEEN':
          return Number(value) >= Number(values[0]) && Number(value) <= Number(values[1]);
        default:
          return values.includes(value);
      }
    };
  });
  return (item) => tests.every((test) => test(item));
}
