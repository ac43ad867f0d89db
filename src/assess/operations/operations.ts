import { FindingSet, servicePlace } from '../findings/scope.ts';
import type { Finding } from '../model.ts';
import { connectionNotes } from './connections.ts';
import type { Note, Operations, Proposals } from './note.ts';
import { proposalNotes, referenceNotes } from './references.ts';
import { volumeNotes } from './volumes.ts';
import { workNotes } from './work.ts';

/** Everything that the move of these services does beyond the mesh, in no particular order. */
export const moveNotes = (operations: Operations): Note[] => [
  ...workNotes(operations),
  ...volumeNotes(operations),
  ...connectionNotes(operations),
  ...referenceNotes(operations),
];

/** The same, and what is found of the plans that there could be. A plan that exists says these things by what it refuses. */
export const estateNotes = (proposals: Proposals): Note[] => [...moveNotes(proposals), ...proposalNotes(proposals)];

/** One finding for each code and service, with every detail that led to it; the worst first. */
export function operationsFindings(notes: readonly Note[]): Finding[] {
  const found = new FindingSet();
  for (const { code, service, detail } of notes) found.add(code, servicePlace(service), detail);
  return found.all();
}
