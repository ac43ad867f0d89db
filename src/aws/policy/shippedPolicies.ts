import { ASSESS } from './assess.ts';
import { OPERATOR_READ } from './operatorRead.ts';
import { OPERATOR_SERVICES } from './operatorServices.ts';
import { OPERATOR_TRAFFIC } from './operatorTraffic.ts';
import type { Statement } from './statement.ts';

/** The operator's statements by policy, one file of `deploy/iam/` each: together they would be longer than IAM takes. */
export const OPERATOR_POLICIES = {
  'operator-read': OPERATOR_READ,
  'operator-services': OPERATOR_SERVICES,
  'operator-traffic': OPERATOR_TRAFFIC,
} as const satisfies Record<string, readonly Statement[]>;

/** All that are shipped: `assess` is for what reads AWS without an operator. */
export const SHIPPED_POLICIES = { ...OPERATOR_POLICIES, assess: ASSESS } as const satisfies Record<
  string,
  readonly Statement[]
>;

/** Where the shipped policies allow an action, `AlarmsMake of operator-traffic`; IAM does not tell upper from lower case in actions. */
export const statementsFor = (action: string): string[] =>
  Object.entries(SHIPPED_POLICIES).flatMap(([policy, statements]) =>
    statements
      .filter(({ Action }) => Action.some((one) => one.toLowerCase() === action.toLowerCase()))
      .map(({ Sid }) => `${Sid} of ${policy}`),
  );
