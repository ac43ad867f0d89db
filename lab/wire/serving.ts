import type { Access } from '../access.ts';
import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import { NEEDS } from '../services/iam/needs/needs.ts';
import { bare } from '../services/isolated.ts';
import type { Service, ServiceId } from '../services/service.ts';
import type { Api } from './api.ts';
import { checkLimits } from './limits/checkLimits.ts';
import { ConnectionLost, DecodeFault } from './message.ts';
import type { OperationSchema } from './schemas.ts';

/** One call as it ended, for counting. */
export interface CallSeen {
  service: ServiceId | 'dynamodb';
  operation: string;
  /** HTTP status; 0 where the connection was lost without an answer. */
  status: number;
  /** `undefined` for a success. */
  errorCode: string | undefined;
  /** From the request's signature; empty for an unsigned request. */
  accessKeyId: string;
}

/** What becomes of a call before its service sees it. */
export type Admission = { kind: 'admit' } | { kind: 'refuse'; error: AwsError } | { kind: 'hangUp'; reason: string };

export interface ServingOptions {
  services: readonly Service[];
  /** Request ids are drawn from it. */
  random: Random;
  /** Told what the lab does not serve, and every fault of the lab itself. */
  log: (message: string) => void;
  /** Holds sessions of roles to what they may do; default nobody is held to anything. */
  access?: Access;
  admit?: (service: ServiceId, operation: string) => Admission;
  onCall?: (call: CallSeen) => void;
}

/** A call of which it is known whose it is. */
export interface Served {
  api: Api;
  operationName: string;
  /** `undefined` where the API has no such operation. */
  operation: OperationSchema | undefined;
  requestId: string;
  accessKeyId: string;
  /** Beside temporary credentials. */
  sessionToken?: string | undefined;
}

/** How a call came out. `status` is what goes into the count. */
export interface Outcome<T> {
  answer: T;
  status: number;
}

/** What the services are asked through, with a wire in front of them or without one. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #services: ReadonlyMap<ServiceId, Service>;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#services = new Map(options.services.map((service) => [service.id, service]));
  }

  newRequestId(): string {
    return [8, 4, 4, 4, 12].map((length) => this.#options.random.hex(length)).join('-');
  }

  /**
   * One call: admitted, found, read, held to the API's limits and to what its caller may do, done, written. What is not served fails with
   * `UnknownOperationException` naming it, an unexpected exception of a service with `InternalFailure` (500). Rejects with
   * {@link ConnectionLost} where there is to be no answer, and with nothing else.
   */
  async serve<T>(
    call: Served,
    way: {
      /** The input in the SDK's shape. May throw {@link DecodeFault}. */
      read: (operation: OperationSchema) => unknown;
      write: (operation: OperationSchema, output: unknown) => Outcome<T>;
      refuse: (error: AwsError) => Outcome<T>;
      /** Whether `read` and `write` answer copies that share nothing with what they were given. */
      copies: boolean;
    },
  ): Promise<T> {
    const { api, operationName, requestId, accessKeyId } = call;
    const seen = (status: number, errorCode: string | undefined) =>
      this.#options.onCall?.({ service: api.id, operation: operationName, status, errorCode, accessKeyId });
    try {
      this.#admit(api.id, operationName);
      const { operation, act } = this.#find(call);
      const { access } = this.#options;
      const session = access?.sessionOf(call, api.protocol);
      const input = way.read(operation);
      checkLimits(api, operation, input);
      if (access !== undefined && session !== undefined) {
        access.check(session, needsOf(call, input, access), api.protocol);
      }
      const { answer, status } = way.write(
        operation,
        await (way.copies ? bare(act) : act)(input, { requestId, accessKeyId, session }),
      );
      seen(status, undefined);
      return answer;
    } catch (error) {
      if (error instanceof ConnectionLost) {
        seen(0, error.code);
        throw error;
      }
      const awsError = asAwsError(error, `${api.id} ${operationName}`, this.#options.log);
      const { answer, status } = way.refuse(awsError);
      seen(status, awsError.code);
      return answer;
    }
  }

  #admit(service: ServiceId, operation: string): void {
    const admission = this.#options.admit?.(service, operation) ?? { kind: 'admit' };
    switch (admission.kind) {
      case 'admit':
        return;
      case 'refuse':
        throw admission.error;
      case 'hangUp':
        throw new ConnectionLost(admission.reason);
    }
  }

  /** The operation to call. Throws `UnknownOperationException` where the API has none such or the lab does not serve it. */
  #find({ api, operationName, operation }: Served) {
    const service = this.#services.get(api.id);
    const act =
      service !== undefined && Object.hasOwn(service.operations, operationName)
        ? service.operations[operationName]
        : undefined;
    if (operation === undefined || act === undefined) {
      const served = Object.keys(service?.operations ?? {}).sort();
      throw new NotServed(
        `${api.id} ${operationName} is not served; nothing was done. Of ${api.id} the lab serves ` +
          (served.length === 0 ? 'nothing' : served.join(', ')),
      );
    }
    return { operation, act };
  }
}

export class NotServed extends AwsError {
  constructor(what: string) {
    super('UnknownOperationException', `lab: ${what}.`);
  }
}

/** Throws a fault of the lab where the tables lack an operation that is served. */
function needsOf({ api, operationName }: Served, input: unknown, access: Access) {
  const needs = NEEDS[api.id][operationName];
  if (needs === undefined) throw new Error(`what ${api.id} ${operationName} asks for is not known`);
  return needs(input, access.surroundings);
}

function asAwsError(error: unknown, what: string, log: (message: string) => void): AwsError {
  if (error instanceof NotServed) log(error.message);
  if (error instanceof AwsError) return error;
  if (error instanceof DecodeFault) return new AwsError('SerializationException', error.message);
  const fault = error instanceof Error ? error : new Error(String(error));
  log(`lab: fault in ${what}: ${fault.stack ?? fault.message}`);
  return new AwsError('InternalFailure', `lab: fault in ${what}: ${fault.message}`, { status: 500 });
}
