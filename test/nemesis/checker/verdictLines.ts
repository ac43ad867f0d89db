import type { Verdict } from './check.ts';

const VIOLATIONS_MAX = 50;

/** A verdict for a person. */
export function verdictLines({ violations, summary }: Verdict): string[] {
  const { takeOverSeconds: takeOver } = summary;
  const shown = violations.slice(0, VIOLATIONS_MAX).map(({ rule, plan, what }) => `  ${rule} ${plan ?? ''}: ${what}`);
  return [
    '',
    `seed ${summary.seed}, ${summary.seconds} s: ${summary.plans} plans, ${summary.operators} operators one after the other`,
    `  ends: ${counts(summary.ends)}`,
    `  acts: ${counts(summary.acts)}`,
    `  leases taken over: ${summary.takeOvers}, ${takeOver.median} s after the holder’s last write in the median, ${takeOver.max} s at worst`,
    `  calls: ${summary.calls}, of which ${summary.mutations} changed something; answers lost after the effect: ${summary.unanswered}`,
    `  users: ${summary.requests} requests, ${summary.failed} failed, of which ${summary.failedElsewhere} where no green was sick`,
    ...(summary.stalledSeconds === 0
      ? []
      : [
          `  the machine had no time for the lab and its users for ${summary.stalledSeconds} s: what failed may be its doing`,
        ]),
    violations.length === 0 ? '✔ nothing against it' : `✗ ${violations.length} violations`,
    ...shown,
    ...(violations.length > VIOLATIONS_MAX ? [`  and ${violations.length - VIOLATIONS_MAX} more`] : []),
  ];
}

const counts = (record: Readonly<Record<string, number>>): string =>
  Object.entries(record)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
