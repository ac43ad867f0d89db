import { setField } from './world.ts';
import { appMeshFields } from '../../src/assess/fields.ts';
import type { FindingCode } from '../../src/assess/catalogue.ts';
import type { EstateExport } from '../../src/estate/export.ts';

/** What setting a field is seen by. */
export type Sees =
  /** A finding at a place, with a text that was not there before. */
  | { code: FindingCode; at: string; says: string }
  /** A finding that was there before, and is no longer. */
  | { gone: FindingCode; at: string }
  /** A text of the stack that was not there before. */
  | { stack: string }
  /** A text of the stack that was there before. */
  | { stackLoses: string }
  /** Findings change: the resource is of another mesh then. */
  | 'something'
  /** Neither a finding nor the stack changes. */
  | 'nothing';

export interface FieldCase {
  field: string;
  value: unknown;
  sees: Sees;
  /** Makes the mesh in which the field is set. */
  setup: (exported: EstateExport) => void;
  /** The resource that has the field; the one that stands for its kind by default. */
  on?: string;
}

export type Setup = FieldCase['setup'];
export const asItIs: Setup = () => {};

export const one = (field: string, value: unknown, sees: Sees, setup = asItIs, on?: string): FieldCase => ({
  field,
  value,
  sees,
  setup,
  ...(on === undefined ? {} : { on }),
});

export const KINDS = [
  'mesh',
  'virtualNode',
  'virtualService',
  'virtualRouter',
  'route',
  'virtualGateway',
  'gatewayRoute',
] as const;
export const FIELDS = appMeshFields();
export const SAMPLE = 'sample-text';

/** Every leaf under a field set to a value of its own, each of which the finding tells. */
export function told(prefix: string, code: FindingCode, at: string, setup = asItIs, on?: string): FieldCase[] {
  const leaves = FIELDS.filter(
    (field) => field === prefix || field.startsWith(`${prefix}.`) || field.startsWith(`${prefix}[]`),
  );
  return leaves.map((field) => {
    const parent = field.slice(0, field.lastIndexOf('.'));
    if (leaves.includes(`${parent}.unit`) && leaves.includes(`${parent}.value`)) {
      const before = { value: field.endsWith('.value') ? 5 : 77, unit: 's' };
      const [value, says] = field.endsWith('.value') ? [77, '77 s'] : ['ms', '77 ms'];
      const duration = (exported: EstateExport): void => {
        setup(exported);
        setField(exported, parent, before, on);
      };
      return one(field, value, { code, at, says }, duration, on);
    }
    if (numeric(field)) return one(field, 77, { code, at, says: '77' }, setup, on);
    if (field.endsWith('.invert')) return one(field, true, { code, at, says: 'invert true' }, setup, on);
    return one(field, SAMPLE, { code, at, says: SAMPLE }, setup, on);
  });
}

export const NUMBERS =
  /\.(port|ports\[\]|maxRetries|start|end|maxConnections|maxPendingRequests|maxRequests|maxServerErrors|maxEjectionPercent|healthyThreshold|unhealthyThreshold|timeoutMillis|intervalMillis)$/;
export const numeric = (field: string): boolean => NUMBERS.test(field);

export const clientPolicy = (field: string, at: string, on?: string): FieldCase[] => {
  const tls = `${field}.tls`;
  return [
    one(`${tls}.enforce`, false, { code: 'TLS_CLIENT_NOT_ENFORCED', at, says: '' }, asItIs, on),
    ...told(`${tls}.ports`, 'TLS_CLIENT_POLICY_PORTS', at, asItIs, on),
    ...told(`${tls}.certificate`, 'MTLS_CLIENT_CERT_LOST', at, asItIs, on),
    ...told(`${tls}.validation.trust.acm`, 'TLS_CLIENT_POLICY_ABSORBED', at, asItIs, on),
    ...told(`${tls}.validation.trust.file`, 'TLS_CLIENT_TRUST_FILE', at, asItIs, on),
    ...told(`${tls}.validation.trust.sds`, 'TLS_CLIENT_TRUST_FILE', at, asItIs, on),
    ...told(`${tls}.validation.subjectAlternativeNames`, 'TLS_SAN_LOST', at, asItIs, on),
  ];
};

export const NODE = 'virtualNode/user-vn';
export const listener = 'virtualNode.spec.listeners[]';
export const inNode =
  (member: string, value: unknown): Setup =>
  (exported) => {
    setField(exported, `virtualNode.spec.${member}`, value);
  };
export const both =
  (...setups: Setup[]): Setup =>
  (exported) => {
    for (const setup of setups) setup(exported);
  };
export const serverTls = (
  field: string,
  at: string,
  codes: { acm: FindingCode; file: FindingCode; sds: FindingCode; validation: FindingCode; permissive: FindingCode },
): FieldCase[] => [
  one(`${field}.mode`, 'PERMISSIVE', { code: codes.permissive, at, says: '' }),
  ...told(`${field}.certificate.acm`, codes.acm, at),
  ...told(`${field}.certificate.file`, codes.file, at),
  ...told(`${field}.certificate.sds`, codes.sds, at),
  ...told(`${field}.validation`, codes.validation, at),
];
