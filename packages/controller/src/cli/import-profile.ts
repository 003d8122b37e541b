/** The profile of an imported distro. */
import { type Profile, ResoleError } from '@resole/protocol';
import type { Client } from './client.ts';

export interface ImportedProfile {
  name: string;
  /** Where it was there before and installs another distro. */
  other?: string;
}

/** A profile that exists keeps what the operator made of it; it may be one of another distro. */
export async function addProfile(
  client: Client,
  name: string,
  distro: string,
): Promise<ImportedProfile> {
  try {
    await client.send('POST', '/v1/profiles', { name, distro });
    return { name };
  } catch (error) {
    if (!(error instanceof ResoleError) || error.code !== 'name-taken') throw error;
  }
  const installs = await distroOf(client, name);
  if (installs === distro) return { name };
  const other = await client.get<{ name: string }>(`/v1/distros/${encodeURIComponent(installs)}`);
  return { name, other: other.name };
}

/** A sub-profile has the distro of what it inherits from. */
async function distroOf(client: Client, ref: string): Promise<string> {
  const profile = await client.get<Profile>(`/v1/profiles/${encodeURIComponent(ref)}`);
  return profile.distro ?? distroOf(client, profile.parent ?? '');
}
