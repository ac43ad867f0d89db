import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { type TextMatch, wildcard } from '../wildcard.ts';
import { validationError } from './errors.ts';
import type { RoutedRequest } from './routingTable.ts';

const FIELDS = [
  'host-header',
  'http-header',
  'http-request-method',
  'path-pattern',
  'query-string',
  'source-ip',
] as const;
const REPEATABLE = new Set<string>(['http-header', 'query-string']);
const VALUES_MAX = 5;

/**
 * A rule's conditions as AWS stores and answers them: `Values` and the field's own `…Config` both filled in for host-header
 * and path-pattern. Throws ValidationError for unknown fields, empty values, a repeated field, more than 5 values in a rule (row L17).
 */
export function normaliseConditions(conditions: RuleCondition[] | undefined): RuleCondition[] {
  if (conditions === undefined || conditions.length === 0) throw validationError('A condition must be specified');
  const normalised = conditions.map(normaliseCondition);
  const fields = normalised.map((condition) => condition.Field ?? '');
  for (const field of fields) {
    if (!REPEATABLE.has(field) && fields.filter((other) => other === field).length > 1) {
      throw validationError(`A rule can only have one '${field}' condition`);
    }
  }
  const count = normalised.reduce((sum, condition) => sum + valuesOf(condition).length, 0);
  if (count > VALUES_MAX) throw validationError(`A rule can only have '${VALUES_MAX}' condition values`);
  return normalised;
}

function normaliseCondition(condition: RuleCondition): RuleCondition {
  const field = condition.Field;
  if (field === undefined || !FIELDS.some((known) => known === field)) {
    throw validationError(`Condition field '${field ?? ''}' must be one of '[${FIELDS.join(', ')}]'`);
  }
  checkForm(field, condition);
  const normalised = withConfig(field, condition);
  const values = valuesOf(normalised);
  if (values.length === 0) throw validationError('A condition value must be specified');
  for (const value of values) {
    if (value.length > 128) throw validationError(`The '${field}' value is too long; the limit is '128'`);
  }
  for (const pattern of normalised.RegexValues ?? normalised.HttpHeaderConfig?.RegexValues ?? [])
    checkRegex(field, pattern);
  return normalised;
}

function checkRegex(field: string, pattern: string): void {
  try {
    void new RegExp(pattern);
  } catch {
    throw validationError(`The '${field}' regular expression '${pattern}' is not valid`);
  }
}

/** `Values` is the old form, for one value; what Describe answers has both, and cannot be sent back as it is (row L34). */
function checkForm(field: string, condition: RuleCondition): void {
  const config = condition.HostHeaderConfig ? 'HostHeaderConfig' : condition.PathPatternConfig && 'PathPatternConfig';
  if (condition.Values?.length && config !== undefined) {
    throw validationError(`You cannot provide both Values and '${config}' for a condition of type '${field}'`);
  }
  if ((condition.Values?.length ?? 0) > 1) {
    throw validationError(`The '${field}' field contains too many values; the limit is '1'`);
  }
}

function withConfig(field: string, condition: RuleCondition): RuleCondition {
  const plain = condition.Values === undefined ? {} : { Values: condition.Values };
  const regex = condition.RegexValues === undefined ? {} : { RegexValues: condition.RegexValues };
  switch (field) {
    case 'host-header': {
      const config = condition.HostHeaderConfig ?? { ...plain, ...regex };
      return { Field: field, Values: config.Values, RegexValues: config.RegexValues, HostHeaderConfig: config };
    }
    case 'path-pattern': {
      const config = condition.PathPatternConfig ?? { ...plain, ...regex };
      return { Field: field, Values: config.Values, RegexValues: config.RegexValues, PathPatternConfig: config };
    }
    case 'http-header':
      if (condition.HttpHeaderConfig?.HttpHeaderName === undefined) {
        throw validationError("A 'HttpHeaderConfig' must be specified with 'http-header'");
      }
      return { Field: field, HttpHeaderConfig: condition.HttpHeaderConfig };
    case 'http-request-method':
      if (condition.HttpRequestMethodConfig === undefined) {
        throw validationError("A 'HttpRequestMethodConfig' must be specified with 'http-request-method'");
      }
      return { Field: field, HttpRequestMethodConfig: condition.HttpRequestMethodConfig };
    case 'query-string':
      if (condition.QueryStringConfig === undefined) {
        throw validationError("A 'QueryStringConfig' must be specified with 'query-string'");
      }
      return { Field: field, QueryStringConfig: condition.QueryStringConfig };
    case 'source-ip':
      if (condition.SourceIpConfig === undefined) {
        throw validationError("A 'SourceIpConfig' must be specified with 'source-ip'");
      }
      return { Field: field, SourceIpConfig: condition.SourceIpConfig };
    default:
      throw new AwsError('InternalFailure', `no condition ${field}`, { status: 500 });
  }
}

function valuesOf(condition: RuleCondition): string[] {
  const config = condition.HostHeaderConfig ??
    condition.PathPatternConfig ??
    condition.HttpHeaderConfig ?? { RegexValues: undefined };
  return [
    ...('Values' in config ? (config.Values ?? []) : []),
    ...(config.RegexValues ?? []),
    ...(condition.HttpRequestMethodConfig?.Values ?? []),
    ...(condition.QueryStringConfig?.Values ?? []).map((pair) => `${pair.Key ?? ''}${pair.Value ?? ''}`),
    ...(condition.SourceIpConfig?.Values ?? []),
  ];
}

type Predicate = (request: RoutedRequest) => boolean;

/** All conditions hold; within a condition any value does. Patterns are compiled once, when the rule is applied. */
export function compileConditions(conditions: RuleCondition[]): Predicate {
  const predicates = conditions.map(compileCondition);
  return (request) => predicates.every((holds) => holds(request));
}

function compileCondition(condition: RuleCondition): Predicate {
  switch (condition.Field) {
    case 'host-header': {
      const patterns = compileText(condition.HostHeaderConfig ?? {}, { ignoreCase: true });
      return ({ host }) => patterns.some((pattern) => pattern(host.replace(/:\d+$/, '')));
    }
    case 'path-pattern': {
      const patterns = compileText(condition.PathPatternConfig ?? {}, { ignoreCase: false });
      return ({ path }) => patterns.some((pattern) => pattern(path));
    }
    case 'http-header': {
      const patterns = compileText(condition.HttpHeaderConfig ?? {}, { ignoreCase: true });
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? '';
      return ({ headers }) => {
        const value = headers[name];
        const values = typeof value === 'string' ? [value] : (value ?? []);
        return values.some((one) => patterns.some((pattern) => pattern(one)));
      };
    }
    case 'http-request-method': {
      const methods = new Set(condition.HttpRequestMethodConfig?.Values);
      return ({ method }) => methods.has(method);
    }
    case 'query-string': {
      const pairs = (condition.QueryStringConfig?.Values ?? []).map((pair) => ({
        key: pair.Key === undefined ? undefined : wildcard(pair.Key, { ignoreCase: true }),
        value: wildcard(pair.Value ?? '', { ignoreCase: true }),
      }));
      return ({ query }) =>
        query !== '' &&
        [...new URLSearchParams(query)].some(([key, value]) =>
          pairs.some((pair) => (pair.key?.(key) ?? true) && pair.value(value)),
        );
    }
    case 'source-ip': {
      const blocks = (condition.SourceIpConfig?.Values ?? []).map(compileBlock);
      return ({ sourceIp }) => blocks.some((holds) => holds(sourceIp));
    }
    default:
      return () => false;
  }
}

function compileText(
  config: { Values?: string[] | undefined; RegexValues?: string[] | undefined },
  { ignoreCase }: { ignoreCase: boolean },
): TextMatch[] {
  return [
    ...(config.Values ?? []).map((value) => wildcard(value, { ignoreCase })),
    ...(config.RegexValues ?? []).map((value) => {
      const expression = new RegExp(value, ignoreCase ? 'i' : '');
      return (text: string) => expression.test(text);
    }),
  ];
}

/** IPv4 blocks; an IPv6 block is stored and never matches, since the lab's clients speak IPv4. */
function compileBlock(block: string): (ip: string) => boolean {
  const [base = '', bits = '32'] = block.split('/');
  const size = 2 ** (32 - Number(bits));
  const start = toNumber(base);
  return (ip) => {
    const number = toNumber(ip);
    return number !== undefined && start !== undefined && Math.floor(number / size) === Math.floor(start / size);
  };
}

function toNumber(ip: string): number | undefined {
  const parts = ip.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
