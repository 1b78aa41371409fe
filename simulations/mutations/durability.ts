import type { Mutation } from './mutation.ts'

/** Rules W1 to W9: persist, then sign, then send; and what a crash must not undo. */
export const DURABILITY_MUTATIONS: readonly Mutation[] = [
  {
    id: 'send-before-persist',
    what: 'W2: messages are signed and sent while their barrier is under way',
    file: 'protocol/replica/saying.ts',
    find: "core.effects.push({ kind: 'persist', job, guard: core.guard })",
    replace:
      "core.effects.push({ kind: 'persist', job, guard: core.guard })\n  for (const saying of sayings) speak(core, saying)",
  },
  {
    id: 'guard-not-raised',
    what: 'W3: the guard stays where it was',
    file: 'protocol/replica/saying.ts',
    find: 'core.guard = sayings.reduce<Guard | null>(raised, core.guard)',
    replace: 'core.guard = core.guard ?? sayings.reduce<Guard | null>(raised, core.guard)',
  },
  {
    id: 'signed-not-logged',
    what: 'W2: what is signed is not in the log',
    file: 'protocol/replica/saying.ts',
    find: "core.effects.push({ kind: 'log', entry: encodeWalEntry({ kind: 'signed', signable: digestOf(signable) }) })",
    replace: "encodeWalEntry({ kind: 'signed', signable: digestOf(signable) })",
  },
  {
    id: 'inputs-not-logged',
    what: 'W1: inputs are applied without being logged',
    file: 'protocol/replica/consensus-link.ts',
    find: "core.effects.push({ kind: 'log', entry: encodeWalEntry({ kind: 'input', input }) })",
    replace: "encodeWalEntry({ kind: 'input', input })",
  },
  {
    id: 'own-block-not-logged',
    what: 'W5: a leader does not log the block that it built',
    file: 'protocol/replica/blocks/building.ts',
    find: "core.effects.push({ kind: 'log', entry: encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes }) })",
    replace: "encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes })",
  },
  {
    id: 'body-not-logged',
    what: 'W5: a proposed block is not logged',
    file: 'protocol/replica/blocks/checking.ts',
    find: "core.effects.push({ kind: 'log', entry: encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes }) })",
    replace: "encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes })",
  },
  {
    id: 'lost-log-ignored',
    what: 'W9: a node whose guard knows more than its log goes on signing',
    file: 'protocol/replica/durability/recovery.ts',
    find: 'digest === null || logged.has(digest)) ? 0 : guard.height',
    replace: 'digest === null || logged.has(digest)) ? 0 : 0',
  },
  {
    id: 'log-not-replayed',
    what: 'W8: the log is not replayed after a crash',
    file: 'protocol/replica/durability/recovery.ts',
    find: "else if (entry.kind === 'input') replayInput(core, entry.input, replay)",
    replace:
      "else if (entry.kind === 'input' && core.nowMs < 0) replayInput(core, entry.input, replay)",
  },
  {
    id: 'silent-after-crash',
    what: 'W8: what was about to be said before a crash is never said',
    file: 'protocol/replica/durability/recovery.ts',
    find: 'else if (isBeyondGuard(core.guard, draft)) unsaid.push',
    replace: 'else if (isBeyondGuard(core.guard, draft) && core.nowMs < 0) unsaid.push',
    test: 'test/protocol/replica/durability/recovery.test.ts',
  },
  {
    id: 'old-timers-after-crash',
    what: 'W8: the timers of the log replace those of the view that a node enters as it hears itself',
    file: 'protocol/replica/consensus-link.ts',
    find: 'if (view !== machine.view) return',
    replace: 'if (view !== machine.view && core.nowMs < 0) return',
    test: 'test/protocol/replica/durability/recovery-everywhere.test.ts',
  },
  {
    id: 'refused-too-early',
    what: 'a client hears that its record is refused because of a block that was built but never decided',
    file: 'protocol/replica/blocks/building.ts',
    find: 'for (const { record } of execution.refused) settleIfRefused(core, record)',
    replace: [
      'for (const { record, rejection } of execution.refused) {',
      '  core.pool.remove(record.id)',
      "  const outcome = { status: 'refused', rejection }",
      "  core.effects.push({ kind: 'settled', record: record.id, outcome })",
      '}',
    ].join('\n'),
  },
  {
    id: 'acknowledged-too-early',
    what: 'W6: a client hears of the commit before it is durable',
    file: 'protocol/replica/blocks/deciding.ts',
    find: '  work.committing = true\n',
    replace: [
      'work.committing = true',
      '  for (const { id } of candidate.executed.records) {',
      "    const outcome = { status: 'committed', height: work.height }",
      "    core.effects.push({ kind: 'settled', record: id, outcome })",
      '  }\n',
    ].join('\n'),
  },
]
