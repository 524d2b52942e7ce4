/** A clock that stands still until it is told to go on. */
export function fakeClock({ now = 1_000_000, random = 0.5 } = {}) {
  let time = now;
  let next = 1;
  let timers = [];
  const settle = async () => {
    for (let turn = 0; turn < 150; turn += 1) await Promise.resolve();
  };
  return {
    now: () => time,
    random: () => random,
    after(run, ms) {
      const id = next;
      next += 1;
      timers.push({ id, at: time + ms, run });
      return id;
    },
    cancel(id) {
      timers = timers.filter((timer) => timer.id !== id);
    },
    count: () => timers.length,
    settle,
    /** The waiting times that are set, in milliseconds from now. */
    waits: () => timers.map(({ at }) => at - time).sort((a, b) => a - b),
    async pass(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        time = Math.max(time, due.at);
        due.run();
        await settle();
      }
      time = end;
      await settle();
    },
  };
}
