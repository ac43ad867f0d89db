import { GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../clients.ts';
import { everyPage } from '../pages.ts';
import type { Kind } from './sharedRead.ts';

/** One query and what it is about: from one moment, included, to another, which is not (row W10). */
export interface MetricQuestion {
  /** Without an `Id`. */
  query: Omit<MetricDataQuery, 'Id'>;
  fromMs: number;
  untilMs: number;
}

/** GetMetricData takes so many queries (row W7). */
export const METRIC_QUERIES_MAX = 500;

const MINUTE_MS = 60_000;
/** What looks back further than a class goes with its own alone: nobody reads hours for the sake of others. */
const CLASSES_MS = [15, 30, 60, 180].map((minutes) => minutes * MINUTE_MS);

const classOf = ({ fromMs, untilMs }: MetricQuestion): number | undefined =>
  CLASSES_MS.find((lengthMs) => untilMs - fromMs <= lengthMs);

/** What ends longer ago than this is a question about the past, which one plan alone has. */
const PAST_MS = 5 * MINUTE_MS;

/**
 * Whether it may be asked together with others': about the minutes that they ask about, and so far back that 500 of them still are one answer
 * (row W7).
 */
const mayShare = (question: MetricQuestion, nowMs: number): boolean =>
  classOf(question) !== undefined && question.untilMs > nowMs - PAST_MS;

/** Plans look at different stretches of the same minutes: each is given a longer one, up to the latest end of all of them. */
export const metricKind = (clients: AwsClients): Kind<MetricQuestion, MetricDataResult[]> => ({
  api: 'cloudwatch:GetMetricData',
  sizeMax: METRIC_QUERIES_MAX,
  nameOf: ({ query }) => JSON.stringify(query),
  groupOf: (question) => String(classOf(question)),
  together: (questions) => {
    const untilMs = Math.max(...questions.map((one) => one.untilMs));
    const lengthMs = Math.max(...questions.map((one) => classOf(one) ?? 0));
    // One that waits with another of its name may end a little earlier.
    const fromMs = Math.min(untilMs - lengthMs - 2 * MINUTE_MS, ...questions.map((one) => one.fromMs));
    return questions.map(({ query }) => ({ query, fromMs, untilMs }));
  },
  joined: (one, other) => ({
    query: one.query,
    fromMs: Math.min(one.fromMs, other.fromMs),
    untilMs: Math.max(one.untilMs, other.untilMs),
  }),
  covers: (asked, wanted) => asked.fromMs <= wanted.fromMs && asked.untilMs >= wanted.untilMs,
  ask: (questions) => askTogether(clients, questions),
});

/** What CloudWatch answers to each, a page an element; of one stretch of time for all. */
async function askTogether(
  { cloudWatch }: AwsClients,
  questions: readonly MetricQuestion[],
): Promise<MetricDataResult[][]> {
  const results = await everyPage(async (NextToken) => {
    const page = await cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: questions.map(({ query }, index) => ({ Id: `m${index}`, ...query })),
        StartTime: new Date(Math.min(...questions.map(({ fromMs }) => fromMs))),
        EndTime: new Date(Math.max(...questions.map(({ untilMs }) => untilMs))),
        ScanBy: 'TimestampAscending',
        NextToken,
      }),
    );
    return { items: page.MetricDataResults, next: page.NextToken };
  });
  const byId = new Map<string, MetricDataResult[]>();
  for (const result of results) {
    const id = result.Id ?? '';
    byId.set(id, [...(byId.get(id) ?? []), result]);
  }
  return questions.map((_, index) => byId.get(`m${index}`) ?? []);
}

/**
 * One list of results a query, in the order given: everything of the time that was asked for, and nothing of any other. In one call for this
 * caller alone, or in those that plans make together.
 */
export async function readMetricData(
  clients: AwsClients,
  queries: readonly Omit<MetricDataQuery, 'Id'>[],
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<MetricDataResult[][]> {
  const questions = queries.map((query) => ({ query, fromMs, untilMs }));
  const look = clients.reader?.look();
  if (look === undefined || !questions.every((question) => mayShare(question, look.reader.nowMs()))) {
    return askTogether(clients, questions);
  }
  const answers = await Promise.all(questions.map((question) => look.load(look.reader.metrics, question)));
  return answers.map((pages) => pages.map((page) => within(page, fromMs, untilMs)));
}

function within(result: MetricDataResult, fromMs: number, untilMs: number): MetricDataResult {
  const points = (result.Timestamps ?? []).map((at, index) => ({ at, value: result.Values?.[index] ?? 0 }));
  const inside = points.filter(({ at }) => at.getTime() >= fromMs && at.getTime() < untilMs);
  return { ...result, Timestamps: inside.map(({ at }) => at), Values: inside.map(({ value }) => value) };
}
