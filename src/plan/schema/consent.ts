import { z } from 'zod';
import { section, unique } from './building.ts';

const findingCode = (example: string) =>
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, `must be the code of a finding, e.g. ${example}`);
const findingPlace = (example: string) =>
  z.string().min(1, `must be the place that the finding names, e.g. ${example}`);

const acceptedCode = findingCode('RETRY_POLICY_LOST');
const acceptedAtPlace = section({
  code: acceptedCode.describe('Code of a degraded finding.'),
  place: findingPlace('route/catalog-vr/main').describe('The place that the finding names.'),
});
/** A code for every place, or a map of a code and one place. */
const accepted = z
  .union(
    [acceptedCode, acceptedAtPlace],
    'must be the code of a finding, e.g. RETRY_POLICY_LOST, or a map of code and place',
  )
  .describe('A code for all its places, or a map of code and place for one of them.');

const decision = section({
  code: findingCode('ROUTE_WEIGHTED_SPLIT'),
  place: findingPlace('virtualRouter/catalog'),
  choice: z.string().min(1, 'must be one of the choices that the finding names'),
});

export const accept = unique(accepted, (one) => (typeof one === 'string' ? one : `${one.code} at ${one.place}`), 'code')
  .default([])
  .describe('Degraded findings, read and agreed to: by code, or by code and place.');

export const decisions = unique(decision, ({ code, place }) => `${code} at ${place}`, 'the decision on')
  .default([])
  .describe('Choices made for needs-decision findings, and for blockers with a way out.');
