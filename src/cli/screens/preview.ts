import type { Preview, PreviewStep } from '../../aws/preview/preview.ts';
import type { PreviewPhase } from '../../aws/preview/previewCalls.ts';
import { oneLine } from './words.ts';

const HEADINGS: Readonly<Record<PreviewPhase, string>> = {
  inventory: 'inventory: the way back is proven',
  provision: 'provision: green is made, without traffic',
  ramp: 'ramp: traffic moves, with a bake at each step',
  retire: 'retire, after the soak: green takes blue’s place, and blue goes for good',
};

/** `preview`: each mutating call in order, with before and after of the fields that it changes. */
export function previewScreen(
  { steps, add, change, weightChanges, remove }: Preview,
  notes: readonly string[],
): string[] {
  const phases = [...new Set(steps.map((step) => step.phase))];
  return [
    ...phases.flatMap((phase) => [
      HEADINGS[phase],
      ...steps.filter((step) => step.phase === phase).flatMap(stepLines),
      '',
    ]),
    ...notes,
    ...(notes.length === 0 ? [] : ['']),
    `Plan: ${add} to add, ${change} to change, ${weightChanges} weight changes, ${remove} to remove. Point of no return: retire.`,
  ];
}

function stepLines({ sign, kind, what, like, api, changes }: PreviewStep): string[] {
  switch (kind) {
    case 'proof':
      return [`  ${sign} ${what}  is written back as it is  [${api}]`];
    case 'weight':
      return [`  ${sign} ${what}  ${changes.map(weightWords).join(', ')}  [${api}]`];
    case 'remove':
      return [`  ${sign} ${what}  [${api}]`];
    case 'add':
    case 'change':
      return [
        `  ${sign} ${what}${like === undefined ? '' : `  as ${like}, but for:`}  [${api}]`,
        ...changes.map(({ path, before, after }) => `      ${oneLine(path)}  ${value(before)} → ${value(after)}`),
      ];
  }
}

const weightWords = ({ path, before, after }: PreviewStep['changes'][number]): string =>
  `${oneLine(path)} ${value(before)} → ${value(after)}`;

const LENGTH_MAX = 100;

/** On one line, cut where it is long: `-o json` has all of it. */
function value(given: unknown): string {
  if (given === undefined) return '<none>';
  const text = oneLine(typeof given === 'string' ? given : JSON.stringify(given));
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 1)}…` : text;
}
