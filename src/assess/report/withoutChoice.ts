import type { Finding } from '../model.ts';

/** Findings that need a decision for which no choice is built: what they name has to change before a plan runs. */
export const withoutChoice = (findings: readonly Finding[]): Finding[] =>
  findings.filter((one) => one.severity === 'needs-decision' && one.choices === undefined);
