import { keptContainers } from '../../estate/envoy.ts';
import type { BlueService } from '../../estate/model.ts';
import type { Note, Operations } from './note.ts';

/** Directories of an instance that are no data. */
const NOT_DATA = /^\/(proc|sys|dev|run|var\/run|etc|cgroup|usr\/lib|lib\/modules)(\/|$)/;

/** Volumes that blue and green would share, or that green would find empty. What a container may only read is left out. */
export const volumeNotes = ({ services }: Operations): Note[] => services.flatMap(notesOf);

function notesOf(blue: BlueService): Note[] {
  const service = blue.name;
  const written = new Set(
    keptContainers(blue.taskDefinition)
      .flatMap((container) => container.mountPoints ?? [])
      .filter((mount) => mount.readOnly !== true)
      .map((mount) => mount.sourceVolume ?? ''),
  );
  return (blue.taskDefinition.volumes ?? [])
    .filter((volume) => written.has(volume.name ?? ''))
    .flatMap((volume): Note[] => {
      const named = `Volume ${volume.name ?? ''}`;
      const fileSystem =
        volume.efsVolumeConfiguration?.fileSystemId ?? volume.fsxWindowsFileServerVolumeConfiguration?.fileSystemId;
      if (fileSystem !== undefined) {
        return [{ code: 'OPS_VOLUME_SHARED', service, detail: `${named} is ${fileSystem}.` }];
      }
      if (volume.configuredAtLaunch === true) return [{ code: 'OPS_VOLUME_EMPTY', service, detail: `${named}.` }];
      const path = volume.host?.sourcePath;
      if (path !== undefined && !NOT_DATA.test(path)) {
        return [{ code: 'OPS_VOLUME_OF_HOST', service, detail: `${named} is ${path}.` }];
      }
      if (volume.dockerVolumeConfiguration?.scope === 'shared') {
        return [{ code: 'OPS_VOLUME_OF_HOST', service, detail: `${named} is a shared volume of Docker.` }];
      }
      return [];
    });
}
