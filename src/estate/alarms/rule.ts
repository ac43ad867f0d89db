type AskedState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** An alarm that a composite alarm's rule looks at. */
export interface AskedAlarm {
  name: string;
  /** The state that the rule asks it for. */
  state: AskedState;
}

const STATES: ReadonlySet<string> = new Set<AskedState>(['ALARM', 'OK', 'INSUFFICIENT_DATA']);
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'TRUE', 'FALSE', 'AT_LEAST']);
const SIGNS: ReadonlySet<string> = new Set(['(', ')', ',']);

const TOKEN = /"(?:\\.|[^"\\])*"|[(),]|[^\s(),"]+/g;

/** The name of an alarm that a rule gives by its name or its ARN, in quotes or not. */
function nameIn(token: string): string {
  const text = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;
  return text.startsWith('arn:') ? text.slice(text.indexOf(':alarm:') + ':alarm:'.length) : text;
}

/**
 * The alarms that the rule of a composite alarm looks at, in their order: `ALARM("a") AND NOT OK(b)`, or
 * `AT_LEAST(2, ALARM, (a, b, c))`. How they are joined is not told.
 */
export function alarmsAsked(rule: string): AskedAlarm[] {
  const asked: AskedAlarm[] = [];
  let state: AskedState | undefined;
  for (const [token] of rule.matchAll(TOKEN)) {
    if (SIGNS.has(token)) continue;
    if (OPERATORS.has(token)) state = undefined;
    else if (STATES.has(token)) state = token as AskedState;
    else if (state !== undefined) asked.push({ name: nameIn(token), state });
  }
  return asked;
}
