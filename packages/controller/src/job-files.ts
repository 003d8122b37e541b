import type { Distro, Job } from '@resole/protocol';
import { isRemote } from './plan/answer/plain.ts';
import { openAgentFiles } from './provision/agent-files.ts';
import type { ProvisionDeps } from './provision/ports.ts';
import type { Store } from './store/store.ts';

type JobFiles = Pick<ProvisionDeps, 'artefact' | 'tree' | 'agentFile'> & {
  distro(job: Job): Promise<Distro | undefined>;
};

/** The files that a job's machine may fetch: those of the distro that its plan names. */
export const jobFiles = (store: Store, agentDir: string): JobFiles => {
  const distro = async (job: Job) => {
    const id = job.plan.distro?.id;
    return id === undefined ? undefined : store.distros.get(id);
  };
  return {
    distro,
    artefact: async (job, role) => {
      const { image } = job.plan;
      if (role === 'image' && image !== undefined) {
        return (await store.images.get(image.id))?.file.path;
      }
      return (await distro(job))?.[role]?.path;
    },
    tree: async (job) => {
      const tree = (await distro(job))?.tree;
      return isRemote(tree) ? undefined : tree;
    },
    agentFile: async (job, encoding) => {
      const arch = job.plan.arch ?? (await distro(job))?.arch;
      return arch && (await openAgentFiles(agentDir)).path(arch, encoding);
    },
  };
};
