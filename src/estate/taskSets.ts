/** With CODE_DEPLOY and EXTERNAL controllers a service's facts stand on its primary task set. */
export const primaryTaskSet = <TaskSet extends { status?: string | undefined }>(service: {
  taskSets?: readonly TaskSet[] | undefined;
}): TaskSet | undefined => service.taskSets?.find((taskSet) => taskSet.status === 'PRIMARY');

/** The revision that a service runs; `undefined` where nothing names one. */
export const taskDefinitionArnOf = (service: {
  taskDefinition?: string | undefined;
  taskSets?: readonly { status?: string | undefined; taskDefinition?: string | undefined }[] | undefined;
}): string | undefined => service.taskDefinition ?? primaryTaskSet(service)?.taskDefinition;
