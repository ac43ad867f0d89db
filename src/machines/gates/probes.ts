import { isRecord } from '../../plan/json.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { isGrpc, type HttpProbe, type Probe } from '../../plan/probes.ts';
import { fail, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import { healthVerdict } from './grpcHealth.ts';
import { WHAT_TO_DO, type ProbeAnswer, type ProbeAnswers } from './probeAnswer.ts';

/** So many looks in a row must pass: one answer of a green that has just started proves little. */
export const PASSES_WANTED = 3;

/** So much of a value is told. */
const VALUE_CHARACTERS_MAX = 60;

/**
 * Whether green answered one probe as the plan wants it. A wrong answer fails, at the first: before green has weight nobody is hurt by
 * waiting. One that never came, or that need not be green's, is not known.
 */
export const probeVerdict = (probe: Probe, answers: ProbeAnswers): Verdict =>
  isGrpc(probe) ? healthVerdict(probe, answers) : httpVerdict(probe, answers);

function httpVerdict(probe: HttpProbe, { green, blue }: ProbeAnswers): Verdict {
  if (green.kind !== 'answered') return unknown(`green was not asked: ${whyNot(green)}`);
  const wrong = differences(probe, green);
  if (wrong.length > 0) {
    return fail(`green answers otherwise than the plan expects: ${wrong.join('; ')}. ${WHAT_TO_DO}`);
  }
  if (probe.parity === null) return pass(`green answers ${green.status} as expected`);
  if (blue === undefined) return unknown('blue was not asked, so its answer cannot be compared');
  if (blue.kind !== 'answered') return unknown(`blue was not asked: ${whyNot(blue)}`);
  const unlike = disparities(probe.parity, blue, green);
  return unlike.length === 0
    ? pass(`green answers ${green.status} as expected, and as blue does`)
    : fail(`green answers otherwise than blue: ${unlike.join('; ')}. ${WHAT_TO_DO}`);
}

/** Nothing but an HTTP answer comes back on a GET. */
const whyNot = (answer: Exclude<ProbeAnswer, Answered>): string =>
  answer.kind === 'notReached' ? answer.why : 'what came back is no answer to a GET';

/** @param passes how many looks in a row passed, this one among them. */
export const inARow = (verdict: Verdict, passes: number): Verdict =>
  verdict.verdict !== 'pass' || passes >= PASSES_WANTED
    ? verdict
    : wait(`${verdict.why}, ${passes} of ${PASSES_WANTED} times in a row`);

type Answered = Extract<ProbeAnswer, { kind: 'answered' }>;

function differences({ expect }: HttpProbe, answer: Answered): string[] {
  const wrong: string[] = [];
  if (answer.status !== expect.status) wrong.push(`status ${answer.status}, not ${expect.status}${whither(answer)}`);
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const value = answer.headers[name];
    if (value !== wanted) wrong.push(`header ${name} is ${shown(value)}, not ${shown(wanted)}`);
  }
  const paths = Object.entries(expect.json);
  if (paths.length === 0) return wrong;
  const body = parsed(answer);
  if (body === undefined)
    return [...wrong, `the body is no JSON${answer.isWhole ? '' : ': it is too long to be read'}`];
  for (const [pointer, wanted] of paths) {
    const value = at(body.value, pointer);
    if (value !== wanted)
      wrong.push(`${pointer === '' ? 'the body' : pointer} is ${shown(value)}, not ${shown(wanted)}`);
  }
  return wrong;
}

/** A login or a redirect answers for green. */
const whither = ({ headers }: Answered): string =>
  headers['location'] === undefined ? '' : ` (redirected to ${shown(headers['location'])})`;

function disparities({ headers, ignore }: NonNullable<HttpProbe['parity']>, blue: Answered, green: Answered): string[] {
  const unlike: string[] = [];
  if (blue.status !== green.status) unlike.push(`status ${green.status}, blue’s ${blue.status}`);
  for (const name of headers) {
    if (blue.headers[name] !== green.headers[name]) {
      unlike.push(`header ${name} is ${shown(green.headers[name])}, blue’s ${shown(blue.headers[name])}`);
    }
  }
  const [blues, greens] = [parsed(blue), parsed(green)];
  if (blues !== undefined && greens !== undefined) {
    for (const path of unlikePaths(blues.value, greens.value, '')) {
      if (ignore.some((one) => path === one || path.startsWith(`${one}/`))) continue;
      const [is, was] = [at(greens.value, path), at(blues.value, path)];
      unlike.push(`${path === '' ? 'the body' : path} is ${shown(is)}, blue’s ${shown(was)}`);
    }
  } else if (blue.body !== green.body) {
    unlike.push(`the body is ${shown(green.body)}, blue’s ${shown(blue.body)}`);
  } else if (!blue.isWhole || !green.isWhole) {
    unlike.push('the bodies are too long to be read to their ends');
  }
  return unlike.slice(0, DIFFERENCES_MAX);
}

/** More of them say no more. */
const DIFFERENCES_MAX = 5;

function parsed({ body, isWhole }: Answered): { value: unknown } | undefined {
  if (!isWhole) return undefined;
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return undefined;
  }
}

/** What a JSON pointer leads to; `undefined` where nothing is. */
function at(value: unknown, pointer: string): unknown {
  let found = value;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = /^(0|[1-9]\d*)$/.test(key) ? (found as unknown[])[Number(key)] : undefined;
    else found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

/** Pointers of the innermost places where two JSON values differ. */
function unlikePaths(one: unknown, other: unknown, path: string): string[] {
  if (canonicalJson(one) === canonicalJson(other)) return [];
  const bothLists = Array.isArray(one) && Array.isArray(other);
  const bothMaps = !Array.isArray(one) && !Array.isArray(other) && isRecord(one) && isRecord(other);
  if (!bothLists && !bothMaps) return [path];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => {
    const here = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return unlikePaths(at(one, pointerOf(key)), at(other, pointerOf(key)), here);
  });
}

const pointerOf = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = canonicalJson(value);
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX - 1)}…` : text;
}
