import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { isPanic } from '../reconciler/panic.ts';
import type { Log } from '../reconciler/ports.ts';
import type { Outcome, Traces } from './traces.ts';

/** Real: how long a collector is waited for, which no reconcile does. */
const EXPORT_MS_MAX = 5_000;
/** Real. A collector that is down is down for all spans. */
const LINE_EVERY_MS = 60_000;

export interface OpenTelemetryOptions {
  /** The operator's name and version. */
  operator: string;
  version: string;
  log: Log;
  /** OpenTelemetry's variables; where the collector is, the exporter reads itself. */
  environment: Readonly<Record<string, string | undefined>>;
  monotonicMs: () => number;
  /** How long spans are gathered before they are sent, real milliseconds. Default 5 s. */
  gatherMs?: number;
  /** Default OTLP over HTTP, to where the process' environment says. */
  exporter?: SpanExporter;
}

/** A name of an error or of a result; anything longer, or with blanks in it, may be a text, and texts may have anything in them. */
const NAME = /^[\w.:-]{1,64}$/;

/**
 * Spans by OpenTelemetry, sent in batches. Spans that cannot be sent are given up, with a line in the log; of those that come faster than they are
 * sent, the newest are. Loaded where it is wanted alone.
 */
export function openTelemetry(options: OpenTelemetryOptions): Traces {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.environment['OTEL_SERVICE_NAME'] || 'meshlift',
      'service.version': options.version,
      'service.instance.id': options.operator,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratioIn(options.environment)) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: telling(options.exporter ?? new OTLPTraceExporter({ timeoutMillis: EXPORT_MS_MAX }), options),
        exportTimeoutMillis: EXPORT_MS_MAX * 2,
        scheduledDelayMillis: options.gatherMs ?? 5_000,
      }),
    ],
  });
  const tracer = provider.getTracer('meshlift', options.version);
  const reconciles = new AsyncLocalStorage<Reconcile>();
  return {
    reconcile: (plan, action) => {
      const span = tracer.startSpan('reconcile', { attributes: { 'meshlift.plan': plan } }, ROOT_CONTEXT);
      return reconciles.run({ span, state: undefined }, () =>
        ending(span, action, {
          answered: (answer) => span.setAttribute('meshlift.result', resultOf(answer)),
          failed: (error) => span.setAttribute('meshlift.result', isPanic(error) ? 'panic' : 'error'),
        }),
      );
    },
    known: (fields) => {
      const reconcile = reconciles.getStore();
      if (reconcile !== undefined) tell(reconcile, fields);
    },
    call: (api, action) => {
      const parent = reconciles.getStore();
      if (parent === undefined) return action();
      const [service = '', method = ''] = api.split(':');
      const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': method };
      const context = trace.setSpan(ROOT_CONTEXT, parent.span);
      return ending(tracer.startSpan(api, { kind: SpanKind.CLIENT, attributes }, context), action);
    },
    // What could not be sent, the exporter has told.
    stop: () => provider.shutdown().catch(() => {}),
  };
}

/** A reconcile under way, and the state in which it found its plan. */
interface Reconcile {
  span: Span;
  state: unknown;
}

const resultOf = ({ kind, heldBy }: Outcome): string => (heldBy === undefined ? kind : 'heldByOther');

/** What a span has of the fields of log lines: names and numbers, and no sentence. */
const TOLD: Readonly<Record<string, string>> = {
  uid: 'meshlift.uid',
  reconcileId: 'meshlift.reconcile_id',
  epoch: 'meshlift.epoch',
};

/** The state comes twice: as the plan was found, and what the reconcile has decided. */
function tell(reconcile: Reconcile, fields: object): void {
  const attributes: Attributes = {};
  for (const [field, value] of Object.entries(fields) as [string, unknown][]) {
    const name = TOLD[field];
    if (name !== undefined && (typeof value === 'number' || typeof value === 'string')) attributes[name] = value;
    if (field !== 'state' || typeof value !== 'string') continue;
    if (reconcile.state === undefined) attributes['meshlift.state'] = value;
    else if (reconcile.state !== value) attributes['meshlift.next_state'] = value;
    reconcile.state ??= value;
  }
  reconcile.span.setAttributes(attributes);
}

async function ending<T>(
  span: Span,
  action: () => Promise<T>,
  told: { answered?: (answer: T) => void; failed?: (error: unknown) => void } = {},
): Promise<T> {
  try {
    const answer = await action();
    told.answered?.(answer);
    return answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', NAME.test(name) ? name : 'Error');
    told.failed?.(error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Which part of all traces is told: all, unless `OTEL_TRACES_SAMPLER` says otherwise. A variable that is empty is not set, and one that is no number from 0 to 1 is as if it
 * were not: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
 */
function ratioIn(environment: OpenTelemetryOptions['environment']): number {
  const sampler = environment['OTEL_TRACES_SAMPLER'] ?? '';
  if (sampler.endsWith('always_off')) return 0;
  if (!sampler.endsWith('traceidratio')) return 1;
  const ratio = Number(environment['OTEL_TRACES_SAMPLER_ARG'] || 1);
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}

/** The exporter, with a line a minute of what it could not send. */
function telling(exporter: SpanExporter, { log, monotonicMs }: OpenTelemetryOptions): SpanExporter {
  let spans = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    export: (batch, answer) =>
      exporter.export(batch, (result) => {
        if (result.error !== undefined) {
          spans += batch.length;
          if (monotonicMs() - toldAtMs >= LINE_EVERY_MS) {
            log.warn({ spans, err: whyOf(result.error) }, 'tracesLost');
            spans = 0;
            toldAtMs = monotonicMs();
          }
        }
        answer(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}

/** Node's code where a connection failed: of several addresses there is no message. */
function whyOf(error: Error): string {
  const { code } = error as { code?: string };
  return error.message === '' ? (code ?? error.name) : error.message;
}
