/** Why a row of AWS's behaviour has no test; the closed list. */
export const REASONS = {
  notServed: 'The lab does not play the API.',
  notPlayed:
    'The lab plays the API, and not what the row is about: it refuses it, or says in §18 that it has none of it.',
  clientSide: 'It happens in the caller’s process, in the SDK, before AWS is asked or after it has answered.',
  advice: 'It tells a caller what to plan for; there is nothing that AWS would answer differently.',
  noWayToObserve: 'What the row tells cannot be seen from outside in the lab.',
  todo: 'The lab should have it, and nobody has written it yet.',
} as const;

export type Reason = keyof typeof REASONS;

export interface WithoutTest {
  /** Ids of rows, or `R*` for every row of a letter. */
  rows: readonly string[];
  reason: Reason;
  /** One sentence. */
  because: string;
}

/** Every row without a test. The page cannot be made while a row has both, or neither. */
export const WITHOUT_TEST: readonly WithoutTest[] = [
  { rows: ['R*'], reason: 'notServed', because: 'Route 53 is no API of the lab, and no entry of Meshlift’s.' },
  { rows: ['F*'], reason: 'notServed', because: 'CloudFront is no API of the lab, and no entry of Meshlift’s.' },
  { rows: ['V*'], reason: 'notServed', because: 'VPC Lattice is no API of the lab, and no entry of Meshlift’s.' },
  { rows: ['K3'], reason: 'clientSide', because: 'Which codes and failures the SDK retries is the SDK’s.' },
  {
    rows: ['K4', 'K5', 'K7'],
    reason: 'clientSide',
    because: 'The SDK’s waiters are not used by Meshlift, which has its own (row K6).',
  },
  { rows: ['K8', 'K9'], reason: 'clientSide', because: 'The SDK fills in tokens and drops members before it sends.' },
  {
    rows: ['E13', 'W3', 'P9'],
    reason: 'notPlayed',
    because:
      'Roles work from their first moment, service-linked ones are there, and composite alarms are described with any resource.',
  },
  {
    rows: ['E72'],
    reason: 'notPlayed',
    because: 'Fargate’s own launch rate bounds nothing in the lab; tasks are processes.',
  },
  {
    rows: ['C11'],
    reason: 'notPlayed',
    because: 'The lab’s namespaces have no hosted zones that could be in conflict.',
  },
  {
    rows: ['D3', 'D4', 'D11'],
    reason: 'notPlayed',
    because: 'dynalite has no transactions and no throttling (row D12).',
  },
  {
    rows: ['D6'],
    reason: 'noWayToObserve',
    because: 'dynalite answers every read consistently, so that a stale one cannot be had.',
  },
  {
    rows: ['E50'],
    reason: 'noWayToObserve',
    because: 'No service of the lab is that old.',
  },
  {
    rows: ['L27'],
    reason: 'notPlayed',
    because:
      'The lab’s proxy listens only while its application does (§18): the check is refused, not answered with 503, and fails either way.',
  },
  { rows: ['A11'], reason: 'advice', because: 'The lab is in no partition but aws.' },
];
