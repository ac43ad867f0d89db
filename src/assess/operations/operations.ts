import { byText } from '../../estate/order.ts';
import type { Finding } from '../model.ts';
import { servicePlace } from '../findings/scope.ts';
import { OPERATIONS } from './catalogue.ts';
import { connectionNotes } from './connections.ts';
import type { Note, Operations } from './note.ts';
import { referenceNotes } from './references.ts';
import { volumeNotes } from './volumes.ts';
import { workNotes } from './work.ts';

/** Everything that the move does beyond the mesh, in no particular order. */
export const operationsNotes = (operations: Operations): Note[] => [
  ...workNotes(operations),
  ...volumeNotes(operations),
  ...connectionNotes(operations),
  ...referenceNotes(operations),
];

/** One finding for each code and service, with every detail that led to it. */
export function operationsFindings(notes: readonly Note[]): Finding[] {
  const details = new Map<string, { note: Note; seen: Set<string> }>();
  for (const note of notes) {
    const key = `${note.code} ${note.service}`;
    const found = details.get(key) ?? { note, seen: new Set<string>() };
    if (note.detail !== undefined) found.seen.add(note.detail);
    details.set(key, found);
  }
  return [...details.values()].map(({ note, seen }): Finding => {
    const { severity, say, instead } = OPERATIONS[note.code];
    return {
      code: note.code,
      severity,
      place: servicePlace(note.service),
      message: [say, ...seen].join(' '),
      instead,
    };
  });
}

const RANK = { blocker: 0, 'needs-decision': 1, degraded: 2, info: 3 } as const;

/** The worst first, then by code and place. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (left, right) =>
      RANK[left.severity] - RANK[right.severity] || byText(left.code, right.code) || byText(left.place, right.place),
  );
