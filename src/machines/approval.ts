import { openGuards } from './guards.ts';
import type { Guard } from './record.ts';

/** The command by which a person opens what waits for a person; `undefined` where nothing does. */
export function wantedApproval(plan: string, guards: readonly Guard[]): string | undefined {
  const unused = openGuards(guards).find((guard) => guard.name === 'unused');
  if (unused === undefined || !/meshlift approve/.test(unused.why)) return undefined;
  return /meshlift approve [^;)]*/.exec(unused.why)?.[0] ?? `meshlift approve ${plan} beforeRetire`;
}
