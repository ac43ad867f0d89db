import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Something that botocore's models forbid, or do not have, wherever and as often as it was seen. */
export interface Finding {
  /** Such as `ecs:CreateService`, by botocore's name of the service. */
  operation: string;
  /** Such as `containerDefinitions[0].image`; empty for the whole request. */
  place: string;
  rule: 'wire' | 'operation' | 'member' | 'required' | 'type' | 'length' | 'pattern' | 'enum' | 'range' | 'validator';
  what: string;
  times: number;
  /** File and line of the record. */
  first: string;
}

/** What judge.py prints. */
export interface Judgement {
  botocore: string;
  /** By access key, then by operation. */
  requests: Record<string, Record<string, number>>;
  violations: Finding[];
  /** Operations and members that the installed models do not have. */
  unknown: Finding[];
  /** How many answers were read by botocore's parsers. */
  answers: number;
  answerViolations: Finding[];
  /** Errors that were answered, by operation and code. */
  errors: Record<string, number>;
  /** Regular expressions of the models that this Python cannot read; what they say was not checked. */
  uncheckedPatterns: string[];
}

/** Has botocore judge records that `meshlift lab --record` wrote. Throws where the judge itself fails. */
export function judge(records: readonly string[]): Judgement {
  const script = fileURLToPath(new URL('judge.py', import.meta.url));
  // -B: no compiled files beside the sources.
  const { status, stdout, stderr } = spawnSync('python3', ['-B', script, ...records], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`judge.py ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Judgement;
}

/** One line a finding, for whoever reads the test's output. */
export const wordsOf = (finding: Finding): string =>
  `${finding.operation} ${finding.place} (${finding.rule}): ${finding.what} [${finding.times} times, first in ${finding.first}]`;
