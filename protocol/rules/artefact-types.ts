import type { CertificateType } from '../records/statement.ts'

/**
 * What an artefact's life may be, as data: every node enforces it through one generic function
 * (artefact-machine.ts), and a network may declare types of its own in its genesis. A declaration
 * never changes; a later one has a higher version, and counts from a voted height on.
 */
export interface ArtefactType {
  readonly name: string
  readonly version: number
  readonly initial: string
  readonly states: readonly string[]
  readonly transitions: readonly Transition[]
}

export interface Transition {
  readonly event: string
  /** At most one transition of an event starts from each state. */
  readonly from: readonly string[]
  /** Absent: the artefact stays in its state. */
  readonly to?: string
  readonly by: Actor
  /** What its record must tell, by name. */
  readonly details: readonly string[]
  /** Certified artefacts that its record names: for each role, the types that it may be of. */
  readonly references?: Readonly<Record<string, ReferenceRule>>
  readonly effect?: Effect
  /** Its details tell of a threshold that was crossed (alert-rules.ts). Of built-in types only. */
  readonly crossing?: true
}

export interface ReferenceRule {
  readonly types: readonly string[]
  readonly optional?: boolean
}

/**
 * `owner`: signs for the organisation that owns the artefact. `contributor`: for that, or for one that
 * the owner invited. `offered`: for the one that a transfer was offered to. `member`: for any.
 */
export type Actor = 'owner' | 'contributor' | 'offered' | 'member'

/**
 * What an event does beside changing the state. `offer`, `invite` and `uninvite` take an organisation
 * from the detail `to`; `take-over` makes the actor the owner and ends what the former one allowed.
 */
export type Effect = 'offer' | 'withdraw-offer' | 'take-over' | 'invite' | 'uninvite'

/** Ownership and end, the same for all types; `states` are those of an artefact in use. */
function commonTransitions(states: readonly string[]): readonly Transition[] {
  const anywhere = { from: states }
  return [
    { ...anywhere, event: 'offered', by: 'owner', details: ['to'], effect: 'offer' },
    { ...anywhere, event: 'withdrawn', by: 'owner', details: [], effect: 'withdraw-offer' },
    { ...anywhere, event: 'declined', by: 'offered', details: [], effect: 'withdraw-offer' },
    { ...anywhere, event: 'accepted', by: 'offered', details: [], effect: 'take-over' },
    { ...anywhere, event: 'invited', by: 'owner', details: ['to'], effect: 'invite' },
    { ...anywhere, event: 'uninvited', by: 'owner', details: ['to'], effect: 'uninvite' },
    { ...anywhere, event: 'retired', to: 'retired', by: 'owner', details: ['reason'] },
  ]
}

const DATA_STATES = ['registered', 'validated'] as const
const DATA_TRANSITIONS: readonly Transition[] = [
  ...commonTransitions(DATA_STATES),
  {
    event: 'validated',
    from: DATA_STATES,
    to: 'validated',
    by: 'contributor',
    details: ['method'],
  },
]

const MODEL_STATES = ['registered', 'trained', 'evaluated', 'deployed'] as const

const MODEL: ArtefactType = {
  name: 'model',
  version: 1,
  initial: 'registered',
  states: [...MODEL_STATES, 'retired'],
  transitions: [
    ...commonTransitions(MODEL_STATES),
    { event: 'trained', from: ['registered'], to: 'trained', by: 'contributor', details: [] },
    {
      event: 'evaluated',
      from: ['registered', 'trained', 'evaluated'],
      to: 'evaluated',
      by: 'contributor',
      details: ['metric', 'value'],
      references: { dataset: { types: ['dataset', 'raw-data'], optional: true } },
    },
    {
      event: 'evaluated',
      from: ['deployed'],
      by: 'contributor',
      details: ['metric', 'value'],
      references: { dataset: { types: ['dataset', 'raw-data'], optional: true } },
    },
    {
      event: 'deployed',
      from: ['evaluated', 'deployed'],
      to: 'deployed',
      by: 'owner',
      details: ['place'],
      references: { pipeline: { types: ['pipeline'], optional: true } },
    },
    { event: 'undeployed', from: ['deployed'], to: 'evaluated', by: 'owner', details: ['reason'] },
    { event: 'monitored', from: ['deployed'], by: 'contributor', details: ['metric', 'value'] },
    {
      event: 'alerted',
      from: ['deployed'],
      by: 'contributor',
      details: ['metric', 'value', 'threshold', 'bound'],
      crossing: true,
    },
    {
      event: 'retrained',
      from: MODEL_STATES,
      by: 'owner',
      details: [],
      references: { successor: { types: ['model'] } },
    },
    // Who may look inside, and who may only use it: `access` says white-box or black-box (M87).
    { event: 'accessed', from: MODEL_STATES, by: 'contributor', details: ['who', 'access'] },
  ],
}

const PIPELINE_STATES = ['registered', 'validated', 'deployed'] as const

const PIPELINE: ArtefactType = {
  name: 'pipeline',
  version: 1,
  initial: 'registered',
  states: [...PIPELINE_STATES, 'retired'],
  transitions: [
    ...commonTransitions(PIPELINE_STATES),
    {
      event: 'validated',
      from: ['registered', 'validated'],
      to: 'validated',
      by: 'contributor',
      details: ['method'],
    },
    {
      event: 'deployed',
      from: ['registered', 'validated', 'deployed'],
      to: 'deployed',
      by: 'owner',
      details: ['place'],
    },
  ],
}

function dataType(name: 'raw-data' | 'dataset'): ArtefactType {
  return {
    name,
    version: 1,
    initial: 'registered',
    states: [...DATA_STATES, 'retired'],
    transitions: DATA_TRANSITIONS,
  }
}

/** The types that every network has. */
export const BUILT_IN_TYPES = {
  'raw-data': dataType('raw-data'),
  dataset: dataType('dataset'),
  model: MODEL,
  pipeline: PIPELINE,
} as const satisfies Record<Exclude<CertificateType, 'artefact'>, ArtefactType>

/** @param declared the types of the network's genesis */
export function artefactTypeOf(
  name: string,
  declared: readonly ArtefactType[] = [],
): ArtefactType | undefined {
  return Object.hasOwn(BUILT_IN_TYPES, name)
    ? BUILT_IN_TYPES[name as keyof typeof BUILT_IN_TYPES]
    : declared.find((type) => type.name === name)
}
