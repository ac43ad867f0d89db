import type { Exposed } from './exposed.ts';

const WORDS = new Set(['by', 'without', 'on', 'ignoring', 'and', 'or', 'unless', 'bool']);
/** Prometheus' own, which it gives each target. */
const OF_TARGET = new Set(['job', 'instance']);

/** The metrics of a PromQL expression, and the labels that it goes by. */
export function namesOf(expression: string): { metrics: string[]; labels: string[] } {
  const bare = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const labels: string[] = [];
  const rest = bare
    .replaceAll(/\b(?:by|without)\s*\(([^)]*)\)/g, (_, list: string) => {
      labels.push(...list.split(',').map((label) => label.trim()));
      return '';
    })
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label));
      return ' ';
    });
  const metrics = [...rest.matchAll(/[A-Za-z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([name]) => name);
  return { metrics: metrics.filter((name) => !WORDS.has(name)), labels };
}

/** What an expression names that the operator does not expose. Of several metrics each has all the labels. */
export function unknownIn(expression: string, exposed: ReadonlyMap<string, Exposed>): string[] {
  const { metrics, labels } = namesOf(expression);
  return metrics.flatMap((name) => {
    const [, base = '', part] = /^(.*?)(_bucket|_sum|_count)?$/.exec(name) ?? [];
    const found = exposed.get(name) ?? (part === undefined ? undefined : exposed.get(base));
    const isPart = part !== undefined && !exposed.has(name);
    if (found === undefined || isPart !== (found.kind === 'histogram')) return [name];
    const known = new Set([...found.labels, ...OF_TARGET, ...(part === '_bucket' ? ['le'] : [])]);
    return labels.filter((label) => !known.has(label)).map((label) => `${name}{${label}}`);
  });
}
