import type { Digest } from '../../digest.ts'
import { ARTEFACT_EVENTS_MAX, QUERY_RECORDS_MAX } from '../../limits.ts'
import type { Component } from '../../records/certificates/certificates.ts'
import { softwareOf } from '../../records/certificates/software.ts'
import { isCertificate, type LedgerRecord } from '../../records/record.ts'
import type { RecordType } from '../../records/statement.ts'
import { PREFIXES } from '../../storage-keys.ts'
import { PAUSE, type Query } from '../query.ts'
import { type CommittedRecord, type LedgerView, readCommitted, storedId } from '../read-record.ts'
import { subtypeOf } from '../record-view.ts'
import { lineage } from './lineage.ts'
import type { LineageEdge, LineageGraph, LineageNode, UnknownAncestry } from './lineage-graph.ts'

/** All stakeholders, all parts and all data of one artefact and everything that it was made from (M62). */
export interface Participants {
  readonly root: Digest
  /** False where ancestry is unknown, or where the family is too large to be read whole. */
  readonly complete: boolean
  /** In the order of their first deed on the ledger. */
  readonly people: readonly Participant[]
  /** Models, pipelines and whatever else is no data, the root first. */
  readonly parts: readonly Part[]
  /** By package URL. */
  readonly software: readonly { readonly purl: string; readonly artefacts: number }[]
  readonly data: readonly DataUsed[]
  readonly unknown: readonly UnknownAncestry[]
}

export interface Participant {
  readonly organisation: string
  readonly signer: string
  /** did:key */
  readonly author: string
  readonly deeds: readonly Deed[]
}

/** One signed record: a certificate, an event, a phase, … */
export interface Deed {
  readonly record: Digest
  readonly type: RecordType
  /** The event, the phase, the action or the status. */
  readonly what?: string
  readonly artefact: Digest
  readonly height: number
}

export type Part = LineageNode & {
  /** Of a pipeline, in their order; a component's own parts are behind it, with a slash. */
  readonly components?: readonly string[]
}

export type DataUsed = LineageNode & {
  readonly usedBy: readonly Pick<LineageEdge, 'to' | 'kind' | 'how' | 'subset'>[]
}

/** @returns undefined for an id that registers no artefact */
export function* participants(ledger: LedgerView, root: Digest): Query<Participants | undefined> {
  const graph = yield* lineage(ledger, root, { down: 0 })
  if (graph === undefined) return undefined
  const reading = new Reading(ledger)
  for (const node of graph.nodes) {
    if (reading.isOver) break
    reading.certificate(node.record)
    const events = yield { prefix: `${PREFIXES.event}${node.record}/`, limit: ARTEFACT_EVENTS_MAX }
    for (const { value } of events) {
      yield PAUSE
      reading.deed(storedId(value), node.record)
    }
  }
  return summary(graph, reading)
}

interface ReadDeed extends Deed {
  readonly logIndex: number
  readonly by: CommittedRecord
}

/** Reads records until it has read enough of them. */
class Reading {
  readonly deeds: ReadDeed[] = []
  readonly software = new Map<string, number>()
  readonly components = new Map<Digest, readonly string[]>()
  readonly #ledger: LedgerView
  #left = QUERY_RECORDS_MAX

  constructor(ledger: LedgerView) {
    this.#ledger = ledger
  }

  get isOver(): boolean {
    return this.#left <= 0
  }

  certificate(id: Digest): void {
    const record = this.deed(id, id)
    if (record === undefined || !isCertificate(record)) return
    for (const purl of softwareOf(record.statement.predicate)) {
      this.software.set(purl, (this.software.get(purl) ?? 0) + 1)
    }
    if (record.type === 'pipeline') {
      this.components.set(id, componentNames(record.statement.predicate.components))
    }
  }

  deed(id: Digest, artefact: Digest): LedgerRecord | undefined {
    const by = this.isOver ? undefined : readCommitted(this.#ledger, id)
    if (by === undefined) return undefined
    this.#left--
    const { record, position } = by
    const { height, logIndex } = position
    const what = subtypeOf(record)
    const named = what === undefined ? {} : { what }
    this.deeds.push({ record: id, type: record.type, ...named, artefact, height, logIndex, by })
    return record
  }
}

function componentNames(components: readonly Component[]): readonly string[] {
  return components.flatMap(({ name, components: inner = [] }) => [
    name,
    ...componentNames(inner).map((below) => `${name}/${below}`),
  ])
}

function summary(graph: LineageGraph, reading: Reading): Participants {
  const isData = ({ type }: LineageNode) => type === 'dataset' || type === 'raw-data'
  const { root, nodes, edges, unknown, truncated } = graph
  const isWhole = Object.keys(truncated).length === 0 && unknown.length === 0 && !reading.isOver
  return {
    root,
    complete: isWhole,
    people: peopleOf(reading.deeds),
    parts: nodes.filter((node) => !isData(node)).map((node) => partOf(node, reading)),
    software: [...reading.software]
      .map(([purl, artefacts]) => ({ purl, artefacts }))
      .sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    data: nodes.filter(isData).map((node) => ({ ...node, usedBy: usesOf(node.record, edges) })),
    unknown,
  }
}

function partOf(node: LineageNode, { components }: Reading): Part {
  const names = components.get(node.record)
  return names === undefined ? node : { ...node, components: names }
}

function usesOf(record: Digest, edges: readonly LineageEdge[]): DataUsed['usedBy'] {
  return edges.filter(({ from }) => from === record).map(useOf)
}

function useOf(edge: LineageEdge): DataUsed['usedBy'][number] {
  const { from: _, ...use } = edge
  return use
}

function peopleOf(deeds: readonly ReadDeed[]): readonly Participant[] {
  const people = new Map<string, Participant & { readonly deeds: Deed[] }>()
  for (const { by, logIndex: _, ...deed } of deeds.toSorted((a, b) => a.logIndex - b.logIndex)) {
    const { author } = by.record.ledger
    const known = people.get(author)
    if (known !== undefined) {
      known.deeds.push(deed)
      continue
    }
    const { organisation, name: signer } = by.author
    people.set(author, { organisation, signer, author, deeds: [deed] })
  }
  return [...people.values()]
}
