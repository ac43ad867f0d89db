import { createHash } from 'node:crypto';
import { canonicalJson } from '../plan/canonical.ts';

/** Hash of a spec as the user wrote it, accepted or not: 64 hexadecimal digits, the same for equal values. */
export const planHash = (spec: unknown): string => createHash('sha256').update(canonicalJson(spec)).digest('hex');
