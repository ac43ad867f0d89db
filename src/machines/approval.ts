import { openGuards } from './guards.ts';
import type { Report } from './record.ts';

/**
 * The commands that what the plan waits for asks a person for, in its own words: an approval, and what to read before it. In the
 * order of guards, then gates; each once.
 */
export function wantedCommands({ guards, gates }: Pick<Report, 'guards' | 'gates'>): string[] {
  const waiting = [...openGuards(guards), ...openGuards(gates)];
  const commands = waiting.flatMap(({ why }) => why.match(/meshlift (approve|handover) [^;:)]*/g) ?? []);
  return [...new Set(commands.map((command) => command.trim()))];
}

/** The first approval that a person is asked for; `undefined` where nobody is. */
export const wantedApproval = (report: Pick<Report, 'guards' | 'gates'>): string | undefined =>
  wantedCommands(report).find((command) => command.startsWith('meshlift approve'));
