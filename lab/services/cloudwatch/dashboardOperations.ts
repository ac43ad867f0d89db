import type {
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { indexIn, markerAt } from '../marker.ts';
import type { Account, Operation } from '../service.ts';
import { bodyFaults, isObject } from './dashboardBody.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const LIST_PAGE = 1_000;
const DELETED_AT_ONCE = 100;

interface Dashboard {
  name: string;
  body: string;
  modifiedMs: number;
}

/** Row W12: dashboards are of the account, not of a region; their body is kept as it came, once nothing is wrong with it. */
export function dashboardOperations(clock: Clock, account: Account): Record<string, Operation> {
  const dashboards = new Map<string, Dashboard>();
  const arnOf = (name: string): string => `arn:aws:cloudwatch::${account.id}:dashboard/${name}`;
  const known = (name: string): Dashboard => {
    const found = dashboards.get(name);
    if (found === undefined) {
      throw new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, { status: 404 });
    }
    return found;
  };
  return {
    PutDashboard: ({ DashboardName: name = '', DashboardBody: body = '' }: PutDashboardInput): PutDashboardOutput => {
      requireName(name);
      requireBody(body);
      dashboards.set(name, { name, body, modifiedMs: clock.now() });
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: ({ DashboardName = '' }: GetDashboardInput): GetDashboardOutput => {
      const { name, body } = known(DashboardName);
      return { DashboardArn: arnOf(name), DashboardBody: body, DashboardName: name };
    },
    DeleteDashboards: ({ DashboardNames = [] }: DeleteDashboardsInput) => {
      if (DashboardNames.length > DELETED_AT_ONCE) {
        const text = `The collection DashboardNames must not have a size greater than ${DELETED_AT_ONCE}.`;
        throw new AwsError('InvalidParameterValueException', text);
      }
      // As many as possible go, whatever becomes of the others.
      const missing = DashboardNames.filter((name) => !dashboards.delete(name));
      for (const name of missing) known(name);
      return {};
    },
    ListDashboards: ({ DashboardNamePrefix = '', NextToken }: ListDashboardsInput): ListDashboardsOutput => {
      const begin = NextToken === undefined ? 0 : indexIn(NextToken);
      if (begin === undefined) {
        throw new AwsError('InvalidParameterValueException', 'The value for parameter NextToken is invalid.');
      }
      const found = [...dashboards.values()]
        .filter(({ name }) => name.startsWith(DashboardNamePrefix))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const end = begin + LIST_PAGE;
      return {
        DashboardEntries: found.slice(begin, end).map(({ name, body, modifiedMs }) => ({
          DashboardArn: arnOf(name),
          DashboardName: name,
          LastModified: new Date(modifiedMs),
          Size: new TextEncoder().encode(body).length,
        })),
        ...(end < found.length ? { NextToken: markerAt(end) } : {}),
      };
    },
  };
}

function requireName(name: string): void {
  if (NAME.test(name)) return;
  throw refused(
    `The value ${name} for parameter DashboardName is invalid: up to 255 letters, digits, hyphens and underscores.`,
  );
}

/** Row W13. */
function requireBody(body: string): void {
  const parsed = parse(body);
  if (!isObject(parsed)) throw refused('The field DashboardBody must be a valid JSON object');
  const faults = bodyFaults(parsed);
  if (faults.length === 0) return;
  const messages = faults.map(({ dataPath, message }) => ({ DataPath: dataPath, Message: message }));
  throw refused(
    `The dashboard body is invalid, there are ${faults.length} validation errors:\n${JSON.stringify(faults, undefined, 2)}`,
    { dashboardValidationMessages: messages },
  );
}

const refused = (message: string, members?: Record<string, unknown>): AwsError =>
  new AwsError('DashboardInvalidInputError', message, members === undefined ? {} : { members });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
