import type { EstateExport } from '../../src/estate/export.ts';
import { type FieldCase, KINDS } from './cases.ts';
import { gatewayCases } from './gateways.ts';
import { kindCases, meshCases, nameCases } from './names.ts';
import { nodeCases } from './nodes.ts';
import { ROUTE_KINDS, routeCases } from './routes.ts';
import { minimalMesh, setField } from './world.ts';

/** For every field at least one way in which setting it is seen. */
export const FIELD_CASES: readonly FieldCase[] = [
  ...KINDS.flatMap(kindCases),
  ...meshCases,
  ...nodeCases,
  ...nameCases,
  ...ROUTE_KINDS.flatMap(routeCases),
  ...gatewayCases,
];

export const meshWith = ({ field, value, setup, on }: FieldCase): { before: EstateExport; after: EstateExport } => {
  const made = (): EstateExport => {
    const exported = minimalMesh();
    setup(exported);
    // Cases share what they set; a change of one must not be seen in another.
    return JSON.parse(JSON.stringify(exported)) as EstateExport;
  };
  const after = made();
  setField(after, field, value, on);
  return { before: made(), after };
};
