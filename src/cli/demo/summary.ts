/** The demo's result; `--json` prints it as the last line. */
export interface Summary {
  outcome: 'Succeeded' | 'RolledBack' | 'Halted' | 'Refused' | 'TimedOut' | 'Interrupted';
  /** Whether this is how the demo was to end. */
  asExpected: boolean;
  /** What is not as it should be, in words. */
  problems: string[];
  requests: number;
  /** Every request that a user saw fail, whichever side served it. */
  failed: number;
  blueServed: number;
  greenServed: number;
  /** Percent, as it was read back. */
  maxGreenWeight: number;
  /** Real seconds from the alarm's transition to all weight on blue read back; `null` where nothing was rolled back. */
  rollbackSeconds: number | null;
  /** Objects with the plan's tags that the end state does not own. */
  leaked: string[];
  /** Blue services that still exist. */
  blueLeft: string[];
  /** Real seconds from the submission of the plan to its end. */
  durationSeconds: number;
  /** Calls that the operator made of AWS, DynamoDB included. */
  awsCalls: number;
  callsByOperation: Record<string, number>;
  /** How many of them AWS refused as throttled. */
  throttled: number;
  /** What its policies did not let it do: `ecs:CreateService on arn:…`. */
  denied: string[];
  /** Failed requests by who answered and how. */
  failures: Record<string, number>;
}

export function summaryLines(summary: Summary, directory: string): string[] {
  const { outcome, requests, failed, durationSeconds } = summary;
  const mark = summary.asExpected ? '✔' : '✗';
  const lines = [
    '',
    `${mark} ${outcome} in ${durationSeconds.toFixed(1)} s: ${requests} requests, ${failed} failed.`,
    `  served: blue ${summary.blueServed}, green ${summary.greenServed}; highest green weight ${summary.maxGreenWeight} %`,
  ];
  if (summary.rollbackSeconds !== null) {
    lines.push(`  from the alarm to all weight on blue read back: ${summary.rollbackSeconds.toFixed(2)} s`);
  }
  lines.push(
    `  blue services left: ${summary.blueLeft.length === 0 ? 'none' : summary.blueLeft.join(', ')}`,
    `  left behind: ${summary.leaked.length === 0 ? 'nothing' : summary.leaked.join(', ')}`,
    `  AWS calls of the operator: ${summary.awsCalls}${summary.throttled > 0 ? `, of which ${summary.throttled} were throttled and sent again` : ''}; under the shipped policies, ${summary.denied.length === 0 ? 'none' : summary.denied.length} denied`,
  );
  for (const [what, times] of Object.entries(summary.failures)) lines.push(`  failed ${times}× ${what}`);
  for (const problem of summary.problems) lines.push(`  not as expected: ${problem}`);
  lines.push(`  logs and plan: ${directory}`);
  return lines;
}
