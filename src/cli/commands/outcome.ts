import { EXIT } from '../cli.ts';
import type { PlanView } from '../planView.ts';

/** How a plan ended, or that it stands still until a person acts; `undefined` while it is on its way. */
export function endOf({ status }: PlanView): { exitCode: number; word: string } | undefined {
  switch (status?.status.machine.value) {
    case 'succeeded':
      return { exitCode: EXIT.ok, word: 'succeeded' };
    case 'rolledBack':
      return { exitCode: EXIT.rolledBack, word: 'rolled back' };
    case 'halted':
      return { exitCode: EXIT.halted, word: 'halted, and needs a person' };
    default:
      return undefined;
  }
}
