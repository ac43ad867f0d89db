import type { EstateMesh } from './model.ts';

/** Whether names and calls are the mesh's own: App Mesh answered, or a file tells of it. */
export const isMeshKnown = (mesh: Pick<EstateMesh, 'answer' | 'readFrom'>): boolean =>
  mesh.answer.state === 'read' || mesh.readFrom !== undefined;
