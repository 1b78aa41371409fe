import type { Digest } from './digest.ts'

/**
 * Every key under which one chain stores something: the one table. The daemon puts the chain id in
 * front of each. Numbers are 16 hex digits, so that byte order is number order.
 */
export const PREFIXES = {
  /** m/height -> height; m/proposers -> window of recent proposers (consensus/proposer.ts) */
  meta: 'm/',
  /** h/<height> -> header bytes */
  header: 'h/',
  /** b/<height> -> body bytes */
  body: 'b/',
  /** p/<height> -> commit proof bytes */
  proof: 'p/',
  /** i/<block id> -> height */
  blockId: 'i/',
  /** l/<level>/<index> -> 32-byte hash of a complete subtree of the log */
  logNode: 'l/',
  /** s/<state key> -> state value (canonical JSON): what the state root commits to */
  state: 's/',
  /** t/<nibble path> -> page of the state tree */
  treePage: 't/',
  /** r/<record id> -> position: height, index in block, log index */
  record: 'r/',
  /** n/<author did>/<nonce> -> record id */
  authorNonce: 'n/',
  /** d/<artefact digest>/<record id> -> empty */
  artefactDigest: 'd/',
  /** c/<cid>/<record id> -> empty */
  artefactCid: 'c/',
  /** a/<log index> -> record id of an artefact, in order of registration */
  artefactOrder: 'a/',
  /** x/<parent or dataset record id>/<child record id> -> edge kind */
  descendant: 'x/',
  /** g/<record id of an artefact> -> what its family tree needs of its certificate (replica/blocks/family-entry.ts) */
  family: 'g/',
  /** e/<subject record id>/<log index> -> record id of an event about it */
  event: 'e/',
  /** j/<artefact record id>/<log index> -> record id of a phase of it */
  phase: 'j/',
  /** w/<organisation>/<name>/<log index> -> record id */
  name: 'w/',
  /** f/<organisation>/<name>/<did> -> empty: a person or data source that a record registered */
  person: 'f/',
  /** u/<normal package URL with version>/<record id> -> empty */
  software: 'u/',
  /**
   * o/<artefact record id>/<normal package URL> -> empty: what its certificate says that it was made with;
   * o/<artefact record id>/~<normal package URL>, behind all of these: what a phase of it says
   */
  softwareOf: 'o/',
  /** q/<log index> -> record id of an advisory */
  advisoryOrder: 'q/',
  /** k/<normal package URL without version>/<record id of an advisory> -> empty */
  advisoryPackage: 'k/',
  /** z/<log index> -> record id of a recall, a lift or an approval, in order */
  recallOrder: 'z/',
  /** y/<artefact record id>/<record id of a recall or advisory> -> record id of the latest answer to it */
  answer: 'y/',
  /** v/<evidence digest> -> evidence bytes */
  evidence: 'v/',
} as const

export function orderedNumber(value: number): string {
  return value.toString(16).padStart(16, '0')
}

export const storageKey = {
  meta: (name: 'height' | 'proposers') => PREFIXES.meta + name,
  header: (height: number) => PREFIXES.header + orderedNumber(height),
  body: (height: number) => PREFIXES.body + orderedNumber(height),
  proof: (height: number) => PREFIXES.proof + orderedNumber(height),
  blockId: (id: Digest) => PREFIXES.blockId + id,
  logNode: (level: number, index: number) =>
    `${PREFIXES.logNode}${level.toString(16).padStart(2, '0')}/${orderedNumber(index)}`,
  state: (stateKey: string) => PREFIXES.state + stateKey,
  treePage: (nibbles: string) => PREFIXES.treePage + nibbles,
  record: (id: Digest) => PREFIXES.record + id,
  authorNonce: (author: string, nonce: number) =>
    `${PREFIXES.authorNonce}${author}/${orderedNumber(nonce)}`,
  artefactDigest: (digest: Digest, id: Digest) => `${PREFIXES.artefactDigest}${digest}/${id}`,
  artefactCid: (cid: string, id: Digest) => `${PREFIXES.artefactCid}${cid}/${id}`,
  artefactOrder: (logIndex: number) => PREFIXES.artefactOrder + orderedNumber(logIndex),
  descendant: (parent: Digest, child: Digest) => `${PREFIXES.descendant}${parent}/${child}`,
  family: (id: Digest) => PREFIXES.family + id,
  event: (subject: Digest, logIndex: number) =>
    `${PREFIXES.event}${subject}/${orderedNumber(logIndex)}`,
  phase: (artefact: Digest, logIndex: number) =>
    `${PREFIXES.phase}${artefact}/${orderedNumber(logIndex)}`,
  name: (organisation: string, name: string, logIndex: number) =>
    `${PREFIXES.name}${organisation}/${name}/${orderedNumber(logIndex)}`,
  person: (organisation: string, name: string, did: string) =>
    `${PREFIXES.person}${organisation}/${name}/${did}`,
  software: (purl: string, id: Digest) => `${PREFIXES.software}${purl}/${id}`,
  softwareOf: (id: Digest, purl: string) => `${PREFIXES.softwareOf}${id}/${purl}`,
  softwareAdded: (id: Digest, purl: string) => `${PREFIXES.softwareOf}${id}/~${purl}`,
  advisoryOrder: (logIndex: number) => PREFIXES.advisoryOrder + orderedNumber(logIndex),
  advisoryPackage: (base: string, id: Digest) => `${PREFIXES.advisoryPackage}${base}/${id}`,
  recallOrder: (logIndex: number) => PREFIXES.recallOrder + orderedNumber(logIndex),
  answer: (artefact: Digest, about: Digest) => `${PREFIXES.answer}${artefact}/${about}`,
  evidence: (digest: Digest) => PREFIXES.evidence + digest,
}

/** Keys inside the state tree: all that a rule may read. */
export const stateKey = {
  /** -> KeyHistory */
  key: (did: string) => `key/${did}`,
  /** -> NonceWindow */
  nonces: (did: string) => `nonces/${did}`,
  /** -> ArtefactState */
  artefact: (id: Digest) => `artefact/${id}`,
  /** -> PhaseState, by the record id of the phase */
  phase: (id: Digest) => `phase/${id}`,
  /** -> ProposalState, by the record id of the recall */
  proposal: (id: Digest) => `proposal/${id}`,
  /** -> AdvisoryState, by the record id of the advisory */
  advisory: (id: Digest) => `advisory/${id}`,
  /** -> RejoinState, by the did:key of a consensus key */
  rejoin: (did: string) => `rejoin/${did}`,
}
