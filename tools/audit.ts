import { spawnSync } from 'node:child_process';

/**
 * Holds what is shipped against the advisories that the registry knows: ends with 1 where one of them is high or critical. A registry that cannot be asked, or
 * tells of none, has audited nothing, and that is said.
 */
const SERIOUS = ['high', 'critical'] as const;

interface Audit {
  metadata?: { vulnerabilities?: Partial<Record<string, number>>; dependencies?: { prod?: number } };
  vulnerabilities?: Record<string, { name: string; severity: string; range: string }>;
  /** An HTTP status, where the registry has none of this. */
  statusCode?: number;
  error?: { code?: string; summary?: string };
}

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const audit = parsed(stdout);
const found = audit.metadata?.vulnerabilities;
if (found === undefined) {
  const why = audit.statusCode ?? audit.error?.code ?? 'no answer';
  process.stdout.write(`Skipped: no advisories, since npm's registry does not tell any here (${why}).\n`);
} else {
  const counts = Object.entries(found).map(([severity, count]) => `${severity} ${count}`);
  process.stdout.write(`npm audit of ${audit.metadata?.dependencies?.prod} packages: ${counts.join(', ')}\n`);
  for (const { name, severity, range } of Object.values(audit.vulnerabilities ?? {})) {
    process.stdout.write(`  ${severity}: ${name} ${range}\n`);
  }
  if (SERIOUS.some((severity) => (found[severity] ?? 0) > 0)) process.exitCode = 1;
}

function parsed(text: string): Audit {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return {};
  }
}
