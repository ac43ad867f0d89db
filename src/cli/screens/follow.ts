import type { PlanEvent } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { greenReadBack, oneLine, printable, remarks, statusSign, stepOf, timeOfDay } from './words.ts';

/** `watch` without a terminal: the plan in one line, without anything that changes while nothing happens. */
export function statusLine(view: PlanView): string {
  const { shape, word } = statusSign(view);
  const step = stepOf(view);
  const green = greenReadBack(view);
  const parts = [
    `plan/${view.name}`,
    `${shape} ${[word, ...remarks(view)].join(',')}`,
    ...(step === undefined ? [] : [`step ${step}`]),
    ...(green === undefined ? [] : [`${green}% green`]),
  ];
  return printable(parts.join('  '));
}

export const eventLine = (event: PlanEvent): string =>
  printable(
    `${timeOfDay(event.at)}  ${event.type === 'Warning' ? '!' : ' '} ${event.reason}  ${oneLine(event.message)}`,
  );
