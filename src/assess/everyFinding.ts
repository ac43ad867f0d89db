import { CATALOGUE } from './catalogue.ts';
import { OPERATIONS } from './operations/catalogue.ts';

/** Every finding that there is: of the mesh's fields, and of the move itself. */
export const EVERY_FINDING = { ...CATALOGUE, ...OPERATIONS };

export type AnyFindingCode = keyof typeof EVERY_FINDING;
