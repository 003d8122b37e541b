/** The inventory's objects, one a file. */
export * from './inventory/agent.ts';
export * from './inventory/artefact.ts';
export * from './inventory/distro.ts';
export * from './inventory/image.ts';
export * from './inventory/interface.ts';
export * from './inventory/options.ts';
export * from './inventory/power.ts';
export * from './inventory/profile.ts';
export * from './inventory/repo.ts';
export * from './inventory/settings.ts';
export * from './inventory/stored.ts';
export * from './inventory/system.ts';
export * from './inventory/template.ts';
export * from './inventory/virt.ts';
