import type { AnyStateNode } from 'xstate';
import { isBackward, isReversible, isSettled, mayCarryGreenWeight } from '../src/machines/classify.ts';
import { phaseOf } from '../src/machines/intent.ts';
import { migrationMachine } from '../src/machines/migration.ts';
import type { MachineState } from '../src/machines/record.ts';

/** The page about the plan's machine, made from the machine itself; `docs/machine.md` must equal it. */
export function machinePage(): string {
  return `# The plan's machine

Made by \`npm run docs\` from \`src/machines/migration.ts\`; a test fails when this page and the machine differ. An arrow carries the event and, in brackets, the guard that must hold. \`FACTS\` is left out: it is what every
reconcile brings when nobody asks for an abort and nothing breaches.

\`\`\`mermaid
${diagram()}
\`\`\`

| state | phase | a way back |
|---|---|---|
${statesOf(migrationMachine.root).map(row).join('\n')}

A way back: \`abort\` where only a person's abort (or green that cannot become ready) leads there, \`abort, breach\` where an alarm or
a sick green does too. A paused plan makes no forward call, and takes every backward arrow.
`;
}

const idOf = (node: AnyStateNode): string => node.path.join('_');
const pathOf = (node: AnyStateNode): MachineState => node.path.join('.') as MachineState;
const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);

/** The states that a record can be in, in the machine's order. */
const statesOf = (node: AnyStateNode): AnyStateNode[] =>
  childrenOf(node).length === 0 ? [node] : childrenOf(node).flatMap(statesOf);

function row(node: AnyStateNode): string {
  const state = pathOf(node);
  const wayBack = isBackward(state)
    ? 'under way'
    : isSettled(state)
      ? 'settled'
      : !isReversible(state)
        ? 'none'
        : mayCarryGreenWeight(state)
          ? 'abort, breach'
          : 'abort';
  return `| \`${state}\` | ${phaseOf(state)} | ${wayBack} |`;
}

function diagram(): string {
  const { root } = migrationMachine;
  const all = descendantsOf(root);
  return [
    'stateDiagram-v2',
    ...indented(childrenOf(root).flatMap(declaration)),
    `  [*] --> ${idOf(initialOf(root))}`,
    ...indented(all.flatMap(arrows)),
    ...all.filter((node) => isSettled(pathOf(node))).map((node) => `  ${idOf(node)} --> [*]`),
  ].join('\n');
}

const indented = (lines: string[]): string[] => lines.map((line) => `  ${line}`);

const descendantsOf = (node: AnyStateNode): AnyStateNode[] =>
  childrenOf(node).flatMap((child) => [child, ...descendantsOf(child)]);

function declaration(node: AnyStateNode): string[] {
  const children = childrenOf(node);
  if (children.length === 0) return [`${idOf(node)} : ${node.key}`];
  return [
    `state ${idOf(node)} {`,
    ...indented([`[*] --> ${idOf(initialOf(node))}`, ...children.flatMap(declaration)]),
    '}',
  ];
}

/** Where a state is entered that is entered as a whole. */
function initialOf(node: AnyStateNode): AnyStateNode {
  const first = childrenOf(node).find((child) => child.key === node.config.initial);
  if (first === undefined) throw new Error(`the state ${node.id} has no initial state`);
  return first;
}

/** A node's own arrows; several events that lead to one state under one guard share an arrow. */
function arrows(node: AnyStateNode): string[] {
  const labels = new Map<string, string[]>();
  for (const [event, transitions] of node.transitions) {
    for (const { target, guard } of transitions) {
      for (const to of target ?? []) {
        const key = `${idOf(node)} --> ${idOf(to)} : |${typeof guard === 'string' ? guard : ''}`;
        labels.set(key, [...(labels.get(key) ?? []), event]);
      }
    }
  }
  return [...labels].map(([key, events]) => {
    const [arrow = '', guard = ''] = key.split('|');
    const named = events.filter((event) => event !== 'FACTS').join(', ');
    return `${arrow}${[named, guard === '' ? '' : `[${guard}]`].filter((part) => part !== '').join(' ')}`;
  });
}
