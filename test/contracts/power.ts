/** What every power driver must do, with a real power system at its other end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PowerState } from '@resole/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Alteration,
  PowerDriver,
  PowerTarget,
} from '../../packages/controller/src/power/driver.ts';
import { alter, type VerifiedOptions } from '../../packages/controller/src/power/verified.ts';

interface Wrong {
  target: PowerTarget;
  code: string;
  /** Default: asked for the state. */
  action?: Alteration;
  withinSeconds?: number;
}

export interface PowerPeer {
  driver: PowerDriver;
  target: PowerTarget;
  /** What the machine really is, seen past its power system. */
  isOn(): boolean | Promise<boolean>;
  /** Somebody pushes the button of the machine; where its power system can't switch it on. */
  pushButton?(): Promise<void>;
  /** The machine has no OS that could shut down. */
  hearsNothing?: boolean;
  /** What the power system was told to boot from. */
  bootedFrom?(): string | Promise<string>;
  /** Targets that are wrong in one way each, with the code that says so. */
  wrong?: Record<string, Wrong>;
  stop(): Promise<void> | void;
}

/** Real time at a tenth of its length: peers here answer at once. */
export const quick = (changes: Partial<VerifiedOptions> = {}): VerifiedOptions => ({
  deadlineSeconds: 20,
  signal: new AbortController().signal,
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 100)),
  now: () => performance.now(),
  ...changes,
});

export const powerContract = (
  name: string,
  can: readonly string[],
  open: () => Promise<PowerPeer>,
): void => {
  describe(`power driver ${name}`, () => {
    let peer: PowerPeer;
    beforeAll(async () => {
      peer = await open();
    }, 60_000);
    afterAll(() => peer?.stop());

    const io = { signal: new AbortController().signal };
    const state = (): Promise<PowerState> | undefined => peer.driver.acts.status?.(peer.target, io);
    const act = (action: Alteration) => alter(peer.driver, action, peer.target, quick());
    const has = (action: string) => can.includes(action);
    const start = async () => {
      if (has('on')) await act('on');
      else await peer.pushButton?.();
      expect(await peer.isOn()).toBe(true);
    };

    test('has the capabilities that it is said to have', () => {
      expect(Object.keys(peer.driver.acts)).toEqual(can);
      expect(peer.driver.queue(peer.target)).not.toBe('');
      expect(() => peer.driver.check(peer.target)).not.toThrow();
    });

    test('switches a machine on, once', async () => {
      if (!has('on')) return;
      if (!has('status')) {
        expect(await act('on')).toEqual({ state: 'unknown', changed: true, verified: false });
        return;
      }
      expect(await peer.isOn()).toBe(false);
      expect(await state()).toBe('off');
      expect(await act('on')).toEqual({ state: 'on', changed: true, verified: true });
      expect(await peer.isOn()).toBe(true);
      expect(await act('on')).toEqual({ state: 'on', changed: false, verified: true });
    });

    test('resets and cycles a machine that is on', async () => {
      if (!has('status')) return;
      if (has('reset')) expect(await act('reset')).toMatchObject({ state: 'on', changed: true });
      if (has('cycle') || (has('on') && has('off'))) {
        expect(await act('cycle')).toMatchObject({ state: 'on', changed: true });
      }
      expect(await peer.isOn()).toBe(true);
    });

    test('asks an OS to shut down', async () => {
      if (!has('soft-off')) return;
      if (peer.hearsNothing) {
        const options = quick({ deadlineSeconds: 5 });
        const asked = alter(peer.driver, 'soft-off', peer.target, options);
        await expect(asked).rejects.toMatchObject({ code: 'power-not-verified' });
        return;
      }
      expect(await act('soft-off')).toMatchObject({ state: 'off', changed: true, verified: true });
      expect(await peer.isOn()).toBe(false);
      await start();
    });

    test('switches off a machine that it can not switch on', async () => {
      if (!has('off') || has('on')) return;
      expect(await act('off')).toEqual({ state: 'off', changed: true, verified: true });
      expect(await peer.isOn()).toBe(false);
      await start();
    });

    test('switches a machine off, once; one that is off is not reset, but cycled on', async () => {
      if (!has('off') || !has('on')) return;
      expect(await act('off')).toMatchObject({ state: 'off', changed: true, verified: true });
      expect(await peer.isOn()).toBe(false);
      expect(await act('off')).toMatchObject({ state: 'off', changed: false });
      if (has('reset')) await expect(act('reset')).rejects.toMatchObject({ code: 'power-is-off' });
      expect(await act('cycle')).toMatchObject({ state: 'on', changed: true });
      await act('off');
    });

    test('sets what is booted from', async () => {
      const set = peer.driver.acts['boot-device'];
      if (set === undefined) return;
      await set(peer.target, { device: 'pxe', efi: true, persistent: false }, io);
      expect(await peer.bootedFrom?.()).toMatch(/pxe/i);
      await set(peer.target, { device: 'disk', efi: false, persistent: true }, io);
      expect(await peer.bootedFrom?.()).toMatch(/disk|hdd|default/i);
    });

    test('says what is wrong, at once', async () => {
      for (const [what, { target, code, action, withinSeconds = 5 }] of Object.entries(
        peer.wrong ?? {},
      )) {
        const start = performance.now();
        const { acts } = peer.driver;
        const order = (action === undefined ? (acts.status ?? acts.on) : acts[action])?.(
          target,
          io,
        );
        await expect(order, what).rejects.toMatchObject({ code });
        expect((performance.now() - start) / 1000, what).toBeLessThan(withinSeconds);
        await expect(order, what).rejects.toSatisfy(
          (error) => !String((error as Error).message).includes(target.password || '\0'),
        );
      }
    });

    test('stops when it is told to, before it begins and in the middle', async () => {
      const ask = peer.driver.acts.status;
      if (ask === undefined) return;
      for (const milliseconds of [0, 20]) {
        const end = new AbortController();
        if (milliseconds === 0) end.abort(new Error('enough'));
        else setTimeout(() => end.abort(new Error('enough')), milliseconds);
        const asked = ask(peer.target, end).then(
          () => 'answered',
          (error: Error) => error.message,
        );
        const settled = await Promise.race([asked, sleep(3000, 'goes on')]);
        // Those that know the state without asking anybody have answered.
        expect(['enough', 'answered']).toContain(settled);
      }
    });
  });
};

/** A target with nothing but a name. */
export const target = (changes: Partial<PowerTarget> = {}): PowerTarget => ({
  system: 'sys_22222222222222222222',
  name: 'web1',
  options: {},
  macs: [],
  ...changes,
});

/** An alteration at the speed of tests. */
export const alterQuick = (driver: PowerDriver, action: Alteration, mine: PowerTarget) =>
  alter(driver, action, mine, quick());
