import { inputOf, nameOf } from './dynamodbstreams/tap.ts';
import type { Input } from './dynamodbstreams/streamsService.ts';
import { AwsError } from './errors.ts';
import { bodyOf, withBody, withTable } from './jsonAnswer.ts';
import { isRecord } from './wire/jsonCheck.ts';
import type { Dispatch, WireRequest, WireResponse } from './wire/message.ts';

const RECOVERY_DAYS = 35;

type Serve = (operation: string, request: WireRequest) => Promise<WireResponse>;

interface Settings {
  deletionProtected: boolean;
  /** Asked for with a key of the account's; AWS's own encrypts whatever is said. */
  encrypted: boolean;
  ttlAttribute: string | undefined;
  recoverableSinceMs: number | undefined;
}

/**
 * What is said of a table besides its keys and its stream, and is no more than said: time to live, recovery to a point in time, encryption, and
 * protection against deletion, which holds (row D14). Items stay past their time, as they do on AWS for as long as two days (row D7).
 */
export class TableSettings {
  readonly #serve: Serve;
  readonly #ask: Dispatch;
  readonly #now: () => number;
  readonly #tables = new Map<string, Settings>();

  /** @param ask DynamoDB without a stream, to look a table up. */
  constructor(serve: Serve, ask: Dispatch, now: () => number) {
    this.#serve = serve;
    this.#ask = ask;
    this.#now = now;
  }

  /** @throws AwsError for what DynamoDB refuses; nothing was done then. */
  async dispatch(operation: string, request: WireRequest): Promise<WireResponse> {
    switch (operation) {
      case 'CreateTable': {
        const response = await this.#serve(operation, request);
        if (response.status === 200) this.#take(inputOf(request));
        return this.#told(response, request);
      }
      case 'DescribeTable':
        return this.#told(await this.#serve(operation, request), request);
      case 'UpdateTable':
        return this.#update(request);
      case 'DeleteTable':
        return this.#delete(request);
      case 'UpdateTimeToLive':
      case 'DescribeTimeToLive':
      case 'UpdateContinuousBackups':
      case 'DescribeContinuousBackups':
        return this.#setting(operation, request);
      default:
        return this.#serve(operation, request);
    }
  }

  async #update(request: WireRequest): Promise<WireResponse> {
    const { DeletionProtectionEnabled, SSESpecification, ...rest } = inputOf(request);
    if (DeletionProtectionEnabled === undefined && SSESpecification === undefined) {
      return this.#told(await this.#serve('UpdateTable', request), request);
    }
    const isAll = Object.keys(rest).every((member) => member === 'TableName');
    const response = isAll
      ? await this.#describe(request)
      : await this.#serve('UpdateTable', withInput(request, 'UpdateTable', rest));
    if (response.status !== 200) return response;
    this.#take(inputOf(request));
    const body = bodyOf(response) as { Table?: object; TableDescription?: object };
    const described = withBody(response, { TableDescription: body.TableDescription ?? body.Table });
    return this.#told(described, request);
  }

  async #delete(request: WireRequest): Promise<WireResponse> {
    const name = nameOf(inputOf(request));
    if (this.#of(name).deletionProtected) {
      throw new AwsError(
        'ValidationException',
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const response = this.#told(await this.#serve('DeleteTable', request), request);
    if (response.status === 200) this.#tables.delete(name);
    return response;
  }

  async #setting(operation: string, request: WireRequest): Promise<WireResponse> {
    const table = await this.#describe(request);
    if (table.status !== 200) return table;
    const input = inputOf(request);
    const name = nameOf(input);
    switch (operation) {
      case 'UpdateTimeToLive':
        return withBody(table, { TimeToLiveSpecification: this.#live(name, input['TimeToLiveSpecification']) });
      case 'DescribeTimeToLive': {
        const { ttlAttribute } = this.#of(name);
        const told =
          ttlAttribute === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
        return withBody(table, { TimeToLiveDescription: told });
      }
      case 'UpdateContinuousBackups': {
        const wanted = input['PointInTimeRecoverySpecification'];
        const isWanted = isRecord(wanted) && wanted['PointInTimeRecoveryEnabled'] === true;
        const { recoverableSinceMs } = this.#of(name);
        this.#set(name, { recoverableSinceMs: isWanted ? (recoverableSinceMs ?? this.#now()) : undefined });
        break;
      }
      default:
        break;
    }
    return withBody(table, { ContinuousBackupsDescription: this.#backups(name) });
  }

  /** Once it is as it is to be, it cannot be made so again. */
  #live(name: string, wanted: unknown): object {
    const { Enabled, AttributeName } = isRecord(wanted) ? wanted : {};
    const isEnabled = this.#of(name).ttlAttribute !== undefined;
    if (Enabled === true && isEnabled) throw new AwsError('ValidationException', 'TimeToLive is already enabled');
    if (Enabled !== true && !isEnabled) throw new AwsError('ValidationException', 'TimeToLive is already disabled');
    const attribute = typeof AttributeName === 'string' ? AttributeName : '';
    this.#set(name, { ttlAttribute: Enabled === true ? attribute : undefined });
    return { Enabled: Enabled === true, AttributeName: attribute };
  }

  #backups(name: string): object {
    const { recoverableSinceMs } = this.#of(name);
    const recovery =
      recoverableSinceMs === undefined
        ? { PointInTimeRecoveryStatus: 'DISABLED' }
        : {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: RECOVERY_DAYS,
            EarliestRestorableDateTime: recoverableSinceMs / 1000,
            LatestRestorableDateTime: this.#now() / 1000,
          };
    return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: recovery };
  }

  #take(input: Input): void {
    const { DeletionProtectionEnabled: isProtected, SSESpecification: encryption } = input;
    this.#set(nameOf(input), {
      ...(typeof isProtected === 'boolean' ? { deletionProtected: isProtected } : {}),
      ...(isRecord(encryption) ? { encrypted: encryption['Enabled'] === true } : {}),
    });
  }

  #told(response: WireResponse, request: WireRequest): WireResponse {
    const { deletionProtected, encrypted } = this.#of(nameOf(inputOf(request)));
    return withTable(response, {
      DeletionProtectionEnabled: deletionProtected,
      ...(encrypted ? { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' } } : {}),
    });
  }

  #of(name: string): Settings {
    const none = { deletionProtected: false, encrypted: false, ttlAttribute: undefined, recoverableSinceMs: undefined };
    return this.#tables.get(name) ?? none;
  }

  #set(name: string, change: Partial<Settings>): void {
    this.#tables.set(name, { ...this.#of(name), ...change });
  }

  #describe(request: WireRequest): Promise<WireResponse> {
    return this.#ask(withInput(request, 'DescribeTable', { TableName: inputOf(request)['TableName'] }));
  }
}

function withInput(request: WireRequest, operation: string, input: object): WireRequest {
  const body = Buffer.from(JSON.stringify(input));
  const target = `DynamoDB_20120810.${operation}`;
  const headers = { ...request.headers, 'x-amz-target': target, 'content-length': String(body.byteLength) };
  return { ...request, headers, body };
}
