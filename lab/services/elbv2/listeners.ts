import type {
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
  ModifyListenerInput,
  ModifyListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { normaliseActions, presentActions, targetGroupArns } from './actions.ts';
import { defaultListenerAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { checkRange, validationError } from './errors.ts';
import { page } from './paging.ts';
import type { ListenerRecord, LoadBalancerRecord } from './store.ts';
import { checkTags } from './tags.ts';
import { checkTargetGroups } from './targetGroupUse.ts';

const LISTENERS_MAX = 50;
const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

export function listenerOperations(context: Context) {
  const { store } = context;
  return {
    /** Idempotent where the settings are the same (row L32). */
    CreateListener(input: CreateListenerInput): CreateListenerOutput {
      const loadBalancer = store.loadBalancer(input.LoadBalancerArn);
      const protocol = protocolOf(input.Protocol);
      if (input.Port === undefined) throw validationError('A port must be specified');
      checkRange('Port', input.Port, 1, 65_535);
      checkCertificates(protocol, input.Certificates);
      const settings = {
        port: input.Port,
        protocol,
        certificates: input.Certificates ?? [],
        sslPolicy: protocol === 'HTTPS' ? (input.SslPolicy ?? DEFAULT_SSL_POLICY) : undefined,
        mutualAuthentication: input.MutualAuthentication,
        defaultActions: normaliseActions(input.DefaultActions, protocol),
      };
      const tags = checkTags(input.Tags);
      const present = store.listenersOf(loadBalancer.arn).find((one) => one.port === input.Port);
      if (present !== undefined) {
        if (!isSame(present, settings)) throw duplicateListener(loadBalancer);
        return { Listeners: [presentListener(present)] };
      }
      if (store.listenersOf(loadBalancer.arn).length >= LISTENERS_MAX) {
        throw new AwsError(
          'TooManyListenersException',
          `You've reached the limit on the number of listeners: ${LISTENERS_MAX}`,
        );
      }
      checkTargetGroups(store, loadBalancer.arn, targetGroupArns(settings.defaultActions));
      const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${context.random.hex(16)}`;
      const record: ListenerRecord = {
        arn,
        loadBalancerArn: loadBalancer.arn,
        ...settings,
        defaultRuleArn: `${arn.replace(':listener/', ':listener-rule/')}/${context.random.hex(16)}`,
        attributes: defaultListenerAttributes(),
        version: 0,
      };
      store.listeners.set(arn, record);
      store.tags.set(arn, tags);
      context.changed(arn);
      context.listenersChanged();
      return { Listeners: [presentListener(record)] };
    },

    DescribeListeners(input: DescribeListenersInput): DescribeListenersOutput {
      const { ListenerArns: arns, LoadBalancerArn: loadBalancerArn } = input;
      if (!arns?.length && loadBalancerArn === undefined) {
        throw validationError('You must specify either listener ARNs or a load balancer ARN');
      }
      const found = arns?.length
        ? arns.map((arn) => store.listener(arn))
        : store.listenersOf(store.loadBalancer(loadBalancerArn).arn);
      const { items, marker } = page(found, input);
      return { Listeners: items.map(presentListener), ...marker };
    },

    /** What is given replaces what was there, the default actions as a whole list (row L3); what is not given stays. */
    ModifyListener(input: ModifyListenerInput): ModifyListenerOutput {
      const record = store.listener(input.ListenerArn);
      const loadBalancer = store.loadBalancer(record.loadBalancerArn);
      const protocol = input.Protocol === undefined ? record.protocol : protocolOf(input.Protocol);
      const port = input.Port ?? record.port;
      checkRange('Port', port, 1, 65_535);
      if (port !== record.port) checkPortIsFree(context, loadBalancer, port);
      const certificates = input.Certificates ?? record.certificates;
      checkCertificates(protocol, certificates);
      const actions =
        input.DefaultActions === undefined
          ? record.defaultActions
          : normaliseActions(input.DefaultActions, protocol, record.defaultActions);
      checkTargetGroups(store, loadBalancer.arn, targetGroupArns(actions));
      const moved = port !== record.port || protocol !== record.protocol;
      record.port = port;
      record.protocol = protocol;
      record.certificates = certificates;
      record.sslPolicy = protocol === 'HTTPS' ? (input.SslPolicy ?? record.sslPolicy ?? DEFAULT_SSL_POLICY) : undefined;
      record.mutualAuthentication = input.MutualAuthentication ?? record.mutualAuthentication;
      record.defaultActions = actions;
      context.changed(record.arn);
      if (moved) context.listenersChanged();
      return { Listeners: [presentListener(record)] };
    },

    DeleteListener(input: DeleteListenerInput): object {
      store.removeListener(store.listener(input.ListenerArn));
      context.changed(undefined);
      context.listenersChanged();
      return {};
    },
  };
}

function protocolOf(protocol: string | undefined): 'HTTP' | 'HTTPS' {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  throw validationError(`Listener protocol '${protocol ?? ''}' must be one of 'HTTP, HTTPS'`);
}

function checkCertificates(protocol: 'HTTP' | 'HTTPS', certificates: unknown[] | undefined): void {
  if (protocol === 'HTTPS' && !certificates?.length) {
    throw validationError('A certificate must be specified for HTTPS listeners');
  }
}

function checkPortIsFree({ store }: Context, loadBalancer: LoadBalancerRecord, port: number): void {
  if (store.listenersOf(loadBalancer.arn).some((listener) => listener.port === port)) {
    throw duplicateListener(loadBalancer);
  }
}

function duplicateListener(loadBalancer: LoadBalancerRecord): AwsError {
  return new AwsError(
    'DuplicateListenerException',
    `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`,
  );
}

type ListenerSettings = Pick<
  ListenerRecord,
  'port' | 'protocol' | 'certificates' | 'sslPolicy' | 'mutualAuthentication' | 'defaultActions'
>;

function isSame(present: ListenerRecord, settings: ListenerSettings): boolean {
  const { port, protocol, certificates, sslPolicy, mutualAuthentication, defaultActions } = present;
  const before: ListenerSettings = { port, protocol, certificates, sslPolicy, mutualAuthentication, defaultActions };
  return JSON.stringify(before) === JSON.stringify(settings);
}

function presentListener(record: ListenerRecord): Listener {
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: record.protocol,
    ...(record.certificates.length === 0 ? {} : { Certificates: record.certificates }),
    ...(record.sslPolicy === undefined ? {} : { SslPolicy: record.sslPolicy }),
    ...(record.mutualAuthentication === undefined ? {} : { MutualAuthentication: record.mutualAuthentication }),
    DefaultActions: presentActions(record.defaultActions),
  };
}
