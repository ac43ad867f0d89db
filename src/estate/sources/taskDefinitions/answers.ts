import { isRecord } from '../../../plan/json.ts';

type Members = Readonly<Record<string, unknown>>;

/** A task definition in a file, with its tags where they stand beside or in it. */
export interface TaskDefinitionAnswer {
  /** `[2].taskDefinition`; empty where the file is the task definition. */
  place: string;
  answer: Members;
  tags: unknown;
}

const isTaskDefinition = (value: unknown): value is Members =>
  isRecord(value) && Array.isArray(value['containerDefinitions']);

function answerIn(value: unknown, place: string): TaskDefinitionAnswer | undefined {
  if (isTaskDefinition(value)) return { place, answer: value, tags: value['tags'] };
  if (!isRecord(value) || !isTaskDefinition(value['taskDefinition'])) return undefined;
  const { taskDefinition, tags } = value;
  return { place: place === '' ? 'taskDefinition' : `${place}.taskDefinition`, answer: taskDefinition, tags };
}

/**
 * The task definitions that a JSON value is: an answer of `aws ecs describe-task-definition`, its `taskDefinition` alone (which is
 * also what `register-task-definition` takes), or a list of them. Empty where it is anything else, in whole or in part.
 */
export function answersIn(value: unknown): TaskDefinitionAnswer[] {
  const found = Array.isArray(value) ? value.map((one, index) => answerIn(one, `[${index}]`)) : [answerIn(value, '')];
  return found.every((one) => one !== undefined) ? found : [];
}
