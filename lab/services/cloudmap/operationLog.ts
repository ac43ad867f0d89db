import type {
  GetOperationRequest,
  GetOperationResponse,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationStatus,
  OperationTargetType,
  OperationType,
} from '@aws-sdk/client-servicediscovery';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { matcherOf, pageOf } from './paging.ts';

type Targets = Partial<Record<OperationTargetType, string>>;

interface StoredOperation {
  id: string;
  sequence: number;
  type: OperationType;
  status: OperationStatus;
  targets: Targets;
  error: AwsError | undefined;
  createdMs: number;
  updatedMs: number;
}

/** When in its life an operation goes from SUBMITTED to PENDING. */
const PENDING_SHARE = 0.4;

/**
 * Cloud Map's asynchronous operations (row C1): SUBMITTED, PENDING, then SUCCESS, or FAIL when the effect throws. The effect happens
 * at the end; with a duration of 0 it has happened before `start` returns.
 */
export class OperationLog {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #account: string;
  readonly #durationMs: number;
  readonly #operations = new Map<string, StoredOperation>();

  constructor(clock: Clock, random: Random, account: string, durationMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#account = account;
    this.#durationMs = durationMs;
  }

  /** Answers the operation's id. */
  start(type: OperationType, targets: Targets, effect: () => void): string {
    const nowMs = this.#clock.now();
    const operation: StoredOperation = {
      id: this.newId(),
      sequence: this.#operations.size,
      type,
      status: 'SUBMITTED',
      targets,
      error: undefined,
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    this.#operations.set(operation.id, operation);
    if (this.#durationMs === 0) {
      this.#finish(operation, effect);
    } else {
      this.#clock.after(this.#durationMs * PENDING_SHARE, () => this.#move(operation, 'PENDING'));
      this.#clock.after(this.#durationMs, () => this.#finish(operation, effect));
    }
    return operation.id;
  }

  /** The id of an operation that has not ended and has just these targets. */
  inProgress(types: OperationType[], targets: Targets): string | undefined {
    for (const operation of this.#operations.values()) {
      const isRunning = operation.status === 'SUBMITTED' || operation.status === 'PENDING';
      const isSame = Object.entries(targets).every(
        ([kind, id]) => operation.targets[kind as OperationTargetType] === id,
      );
      if (isRunning && isSame && types.includes(operation.type)) return operation.id;
    }
    return undefined;
  }

  get(input: GetOperationRequest): GetOperationResponse {
    const operation = this.#operations.get(input.OperationId ?? '');
    if (operation === undefined) {
      throw new AwsError('OperationNotFound', `No operation was found with the id ${input.OperationId}.`);
    }
    const { id, type, status, targets, error, createdMs, updatedMs } = operation;
    return {
      Operation: {
        Id: id,
        OwnerAccount: this.#account,
        Type: type,
        Status: status,
        ...(error === undefined ? {} : { ErrorCode: error.code, ErrorMessage: error.message }),
        CreateDate: new Date(createdMs),
        UpdateDate: new Date(updatedMs),
        Targets: { ...targets },
      },
    };
  }

  list(input: ListOperationsRequest): ListOperationsResponse {
    const equal = ['EQ', 'IN'];
    const matches = matcherOf<StoredOperation>(input.Filters, {
      NAMESPACE_ID: { value: ({ targets }) => targets.NAMESPACE, conditions: ['EQ'] },
      SERVICE_ID: { value: ({ targets }) => targets.SERVICE, conditions: ['EQ'] },
      STATUS: { value: ({ status }) => status, conditions: equal },
      TYPE: { value: ({ type }) => type, conditions: equal },
      UPDATE_DATE: { value: ({ updatedMs }) => String(updatedMs / 1000), conditions: ['BETWEEN'] },
    });
    const { items, nextToken } = pageOf(this.#operations.values(), input, matches);
    return { Operations: items.map(({ id, status }) => ({ Id: id, Status: status })), ...nextToken };
  }

  newId(): string {
    return `${this.#random.id(32)}-${this.#random.id(8)}`;
  }

  #move(operation: StoredOperation, status: OperationStatus): void {
    operation.status = status;
    operation.updatedMs = this.#clock.now();
  }

  #finish(operation: StoredOperation, effect: () => void): void {
    try {
      effect();
      this.#move(operation, 'SUCCESS');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      operation.error = error;
      this.#move(operation, 'FAIL');
    }
  }
}
