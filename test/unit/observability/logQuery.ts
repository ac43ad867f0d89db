/** What a query of CloudWatch Logs Insights names. */
export interface Named {
  /** Values of `msg` that it looks for. */
  messages: string[];
  /** Fields of lines. */
  fields: string[];
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'like', 'as', 'by', 'asc', 'desc']);
const COMMANDS = new Set(['fields', 'filter', 'stats', 'sort', 'limit']);

/** @param query its commands with `|` between them. Throws at a command or a function that is none of those that the page uses. */
export function namedIn(query: string): Named {
  const messages: string[] = [];
  const fields = new Set<string>();
  const made = new Set<string>();
  for (const command of query.split('|').map((one) => one.trim())) {
    const [, name = '', rest = ''] = /^(\w+) ([\s\S]*)$/.exec(command) ?? [];
    if (!COMMANDS.has(name)) throw new Error(`${command} is none of ${[...COMMANDS].join(', ')}`);
    for (const [, list = ''] of rest.matchAll(/\bmsg (?:=|in) (\[[^\]]*\]|"[^"]*")/g)) {
      messages.push(...[...list.matchAll(/"([^"]*)"/g)].map(([, message = '']) => message));
    }
    const bare = rest
      .replaceAll(/"[^"]*"/g, '')
      .replaceAll(/\bas (\w+)/g, (_, alias: string) => {
        made.add(alias);
        return '';
      })
      .replaceAll(/\b(?:count|latest|max|min|avg|sum)\(/g, '(');
    if (/\w\(/.test(bare)) throw new Error(`${command} has a function that is not known here`);
    for (const [field] of bare.matchAll(/@?[A-Za-z]\w*/g)) fields.add(field);
  }
  return {
    messages,
    fields: [...fields].filter((field) => !WORDS.has(field) && !made.has(field) && !field.startsWith('@')),
  };
}
