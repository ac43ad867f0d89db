import { AWS_LIKE_DELAYS } from '../../lab/delays.ts';
import { estates } from '../../lab/estates/index.ts';
import { JOBS, RESULTS } from '../../lab/estates/shop/worker.ts';
import { FAULTS } from '../../lab/faults.ts';
import { NOT_PLAYED } from '../../lab/services/notPlayed.ts';
import { FAMILIES, FAULT_SHARE, OTHER_READS, OTHER_WRITES, type Rate, REFUSALS } from '../../lab/throttle.ts';
import { code, folded, table } from './markdown.ts';
import type { ServedApi } from './served.ts';

/** A client for everything of such an API is not what the lab is for; only how much is missing is told. */
const LISTED_MAX = 150;

export function servedSection(apis: readonly ServedApi[]): string {
  return `## What is served

Every API answers at one endpoint. An operation that is not listed here answers \`UnknownOperationException\` with its name, and nothing was
done; so does every API that is not in the table. Neither the signature nor the host of a request is looked at.

${table(
  ['API', 'protocols', 'operations', 'of'],
  apis.map(({ id, wire, served, refused }) => [
    code(id),
    wire.join(', '),
    String(served.length),
    String(served.length + refused.length),
  ]),
)}

${apis.map(operations).join('\n\n')}

DynamoDB is dynalite, in real time; the other APIs keep the lab's time.`;
}

const operations = ({ id, served, refused }: ServedApi): string =>
  folded(
    `${id}: the operations`,
    [`Served: ${served.map(code).join(', ')}.`, ...refusedOperations(refused)].join('\n\n'),
  );

function refusedOperations(refused: readonly string[]): string[] {
  if (refused.length === 0) return [];
  if (refused.length > LISTED_MAX) return [`Refused: all others, ${refused.length} of them.`];
  return [`Refused: ${refused.map(code).join(', ')}.`];
}

export function refusedSection(): string {
  const rows = Object.entries(NOT_PLAYED).flatMap(([id, { code: errorCode, features }]) =>
    Object.entries<string>(features).map(([feature, wayOut]) => [code(id), feature, code(errorCode), wayOut]),
  );
  return `## What is refused

These AWS would do, and the operation is served, but not for this. The error's text begins with "The lab does not serve", so that nobody takes it for
AWS's, and says what to do instead where there is something. Nothing was changed.

${table(['API', 'what', 'code', 'instead'], rows)}`;
}

export function estatesSection(): string {
  const rows = Object.entries(estates).map(([name, { summary }]) => [code(name), summary]);
  return `## Sample estates

\`meshlift lab --estate <name>\` makes one of these with the public API alone, as a person would.

${table(['estate', 'what it is'], rows)}

The worker of \`shop-with-worker\` takes one message at a time from the queue \`${JOBS}\`, and writes a line of JSON into \`${RESULTS}\` for each that it has worked: the
message, who worked it (ECS service and task), how often it was received, when it began and when it ended. Told to stop, it finishes what it has in hand. To give it work:

\`\`\`sh
aws sqs send-message --endpoint-url "$AWS_ENDPOINT_URL" --queue-url "$AWS_ENDPOINT_URL/111122223333/${JOBS}" --message-body hello
aws sqs receive-message --endpoint-url "$AWS_ENDPOINT_URL" --queue-url "$AWS_ENDPOINT_URL/111122223333/${RESULTS}"
\`\`\``;
}

export function faultsSection(): string {
  return `## Faults

Off, unless the lab's owner switches them: \`meshlift lab --faults\`, \`meshlift demo --faults\`.

${table(
  ['fault', 'what it does'],
  Object.entries(FAULTS).map(([name, meaning]) => [code(name), meaning]),
)}`;
}

export function throttlingSection(): string {
  const families = Object.entries(FAMILIES).flatMap(([id, ofService]) =>
    ofService.map((family) => [code(id), family.name, ...rate(family.rate), family.operations.map(code).join(', ')]),
  );
  return `## Throttling

Token buckets, one for each family of calls, that fill in real time. They are open until the fault \`throttling\` leaves ${FAULT_SHARE * 100} % of each. Where
the rates come from: rows E31, E71, W7 and L26 of [aws-behaviour.md](aws-behaviour.md).

${table(
  ['API', 'family', 'burst', 'per second', 'calls'],
  [
    ...families,
    ['every', 'other reads', ...rate(OTHER_READS), 'all that begin with Describe, List, Get or Discover'],
    ['every', 'other writes', ...rate(OTHER_WRITES), 'all the rest'],
  ],
)}

${table(
  ['API', 'code', 'status'],
  Object.entries(REFUSALS).map(([id, refusal]) => [code(id), code(refusal.code), String(refusal.status)]),
)}`;
}

/** `source` is that of `lab/delays.ts`: what a delay is stands above it there. */
export function delaysSection(source: string): string {
  const rows = Object.entries(AWS_LIKE_DELAYS).map(([name, value]: [string, number | { min: number; max: number }]) => {
    const meaning = new RegExp(`/\\*\\* (.+) \\*/\\n +${name}:`).exec(source)?.[1];
    if (meaning === undefined) throw new Error(`lab/delays.ts says nothing above ${name}`);
    return [
      code(name),
      typeof value === 'number' ? seconds(value) : `${seconds(value.min)} to ${seconds(value.max)}`,
      meaning,
    ];
  });
  return `## Delays

How long AWS takes, in lab time.

${table(['delay', 'lasts', 'what it is'], rows)}`;
}

const rate = ({ burst, perSecond }: Rate): string[] => [String(burst), String(perSecond)];

const seconds = (ms: number): string => `${ms / 1000} s`;
