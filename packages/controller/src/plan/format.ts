/** Bytes for people, in binary units: `1.5 GiB`. */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number.isInteger(value) || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
};

/** Seconds for people: `90 s`, `20 min`, `24 h`. */
export const formatSeconds = (seconds: number): string => {
  if (seconds >= 7200) return `${Math.round(seconds / 360) / 10} h`;
  if (seconds >= 180) return `${Math.round(seconds / 6) / 10} min`;
  return `${seconds} s`;
};
