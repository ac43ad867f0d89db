import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import { AwsError } from '../../errors.ts';
import { isolated } from '../isolated.ts';
import { indexIn, markerAt } from '../marker.ts';
import type { Account, Operation, Service } from '../service.ts';
import { QUOTAS, type Quota } from './quotas.ts';

const PAGE_MAX = 100;

/**
 * Service Quotas, as far as Fargate goes: what a new account has (row N31), and nothing raises it. Any other service is one
 * that Service Quotas does not know.
 */
export class ServiceQuotasService implements Service {
  readonly id = 'service-quotas';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #account: Account;

  constructor({ account }: { account: Account }) {
    this.#account = account;
    this.operations = isolated({
      ListServiceQuotas: (input) => this.#list(input),
      GetServiceQuota: (input) => this.#get(input),
      GetAWSDefaultServiceQuota: (input) => this.#getDefault(input),
    });
  }

  #list(input: ListServiceQuotasRequest): ListServiceQuotasResponse {
    const quotas = quotasOf(input.ServiceCode);
    // Fargate has no quota of single resources.
    const isOfAccount = input.QuotaAppliedAtLevel !== 'RESOURCE';
    const found = quotas.filter(
      ({ code }) => isOfAccount && (input.QuotaCode === undefined || input.QuotaCode === code),
    );
    const start = input.NextToken === undefined ? 0 : indexIn(input.NextToken);
    if (start === undefined) {
      throw new AwsError(
        'InvalidPaginationTokenException',
        'The request failed because the pagination token is invalid.',
      );
    }
    const end = start + (input.MaxResults ?? PAGE_MAX);
    return {
      Quotas: found.slice(start, end).map((quota) => this.#applied(quota)),
      ...(end < found.length ? { NextToken: markerAt(end) } : {}),
    };
  }

  #get(input: GetServiceQuotaRequest): GetServiceQuotaResponse {
    const quota = quotaOf(input);
    if (input.ContextId !== undefined) {
      throw new AwsError(
        'NoSuchResourceException',
        'The request failed because applied value for the specified context Id do not exist.',
      );
    }
    return { Quota: this.#applied(quota) };
  }

  #getDefault(input: GetAWSDefaultServiceQuotaRequest): GetAWSDefaultServiceQuotaResponse {
    return { Quota: this.#view(quotaOf(input), '') };
  }

  #applied(quota: Quota): ServiceQuota {
    return { ...this.#view(quota, this.#account.id), QuotaAppliedAtLevel: 'ACCOUNT' };
  }

  /** The ARN of AWS's default names no account. */
  #view({ service, serviceName, code, name, value }: Quota, account: string): ServiceQuota {
    return {
      ServiceCode: service,
      ServiceName: serviceName,
      QuotaArn: `arn:aws:servicequotas:${this.#account.region}:${account}:${service}/${code}`,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    };
  }
}

function quotasOf(service = ''): readonly Quota[] {
  const found = QUOTAS.filter((quota) => quota.service === service);
  if (found.length === 0) throw missing('service');
  return found;
}

function quotaOf({
  ServiceCode,
  QuotaCode,
}: {
  ServiceCode?: string | undefined;
  QuotaCode?: string | undefined;
}): Quota {
  const found = quotasOf(ServiceCode).find(({ code }) => code === QuotaCode);
  if (found === undefined) throw missing('service quota');
  return found;
}

const missing = (what: string): AwsError =>
  new AwsError('NoSuchResourceException', `The request failed because the specified ${what} does not exist.`);
