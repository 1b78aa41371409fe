import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import { utf8Decode } from '../../protocol/encoding/utf8.ts'
import { JSON_DEPTH_MAX } from '../../protocol/limits.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import { CliError, cliError, refusal } from '../cli-error.ts'
import { printable } from '../output/printable.ts'
import { readInputFile } from '../read-input.ts'

/** A file that a person wrote, as plain values, with the places where they stand. */
export interface YamlFile {
  readonly path: string
  /** What JSON can say, at most JSON_DEPTH_MAX levels deep. */
  readonly value: unknown
  /** Line of what a JSON pointer names (`/components/0/kind`), or of the nearest thing around it. */
  readonly lineOf: (pointer: string) => number
}

/** What a person writes by hand about one record is not longer. */
export const YAML_BYTES_MAX = 131_072
const TOO_DEEP = 'nested too deep'

/**
 * Reads YAML or JSON as data and nothing else: no tags, anchors or aliases (which let a short file say
 * billions of things), no keys that are twice there, no second document.
 *
 * @throws CliError `bad-document` with the line; `path-missing`, `path-unreadable` or `not-a-file`
 */
export async function readYamlFile(path: string, bytesMax = YAML_BYTES_MAX): Promise<YamlFile> {
  return parseYamlBytes(path, await readInputFile(path, bytesMax))
}

/** @param path for messages */
export function parseYamlBytes(path: string, bytes: Uint8Array): YamlFile {
  const text = utf8Decode(bytes)
  if (text === undefined) throw cliError('bad-document', `${path} is not UTF-8 text`)
  return parseYaml(path, text)
}

/** @param path for messages */
export function parseYaml(path: string, text: string): YamlFile {
  const lineCounter = new LineCounter()
  const lineAt = (offset: number | undefined) => Math.max(1, lineCounter.linePos(offset ?? 0).line)
  const document = compose(path, text, lineCounter)
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    const isDeep = fault.message.includes('call stack')
    const isSecond = fault.code === 'MULTIPLE_DOCS'
    const why = isDeep ? TOO_DEEP : isSecond ? 'a second document begins' : fault.message
    throw bad(path, lineAt(fault.pos[0]), printable(why.slice(0, 200)))
  }
  refuseUnusual(document, (node, why) => bad(path, lineAt(node.range?.[0]), why))
  return {
    path,
    value: document.toJS({ maxAliasCount: 0 }),
    lineOf: (pointer) => lineAt(nodeAt(document, pointer)?.range?.[0]),
  }
}

/**
 * A refusal by a schema of the protocol, at its place in the file.
 *
 * @param under pointer of what the file became in the document that was refused, without it in the file
 */
export function refusedIn(file: YamlFile, { rejected, detail }: Rejection, under = ''): Error {
  const [, pointer = '/', what = ''] = /^(\/[^:]*): ?(.*)$/s.exec(detail) ?? ['', '/', detail]
  const inside = pointer.startsWith(under) ? pointer.slice(under.length) : pointer
  const place = `${file.path}, line ${file.lineOf(inside)}`
  const { code, message } = refusal(
    { rejected, detail: printable(`${inside || '/'}: ${what}`) },
    place,
  )
  const hint = 'mend that line: COMMAND --help and cli/README.md say what the file may hold'
  return new CliError(code, message, { hint })
}

/** The parser follows nesting by recursion, and has no limit of its own. */
function compose(path: string, text: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      // Checked below in linear time: the library compares every key with every other.
      uniqueKeys: false,
      stringKeys: true,
      merge: false,
      resolveKnownTags: false,
      // The library draws a picture of each fault, which takes time for every one of them.
      prettyErrors: false,
      lineCounter,
    })
  } catch (error) {
    if (error instanceof RangeError) throw bad(path, 1, TOO_DEEP)
    throw error
  }
}

type Refuse = (node: Node, why: string) => Error

function refuseUnusual(document: Document, refuse: Refuse): void {
  visit(document, {
    Node: (_, node, path) => {
      if (isAlias(node)) throw refuse(node, 'aliases are not taken: write it out')
      if (node.anchor !== undefined) throw refuse(node, 'anchors are not taken: write it out')
      if (node.tag !== undefined) throw refuse(node, 'tags are not taken: write a plain value')
      // The path has a map and a pair for each level.
      if (path.length > 2 * JSON_DEPTH_MAX) throw refuse(node, TOO_DEEP)
      if (isScalar(node) && !isPlain(node.value)) {
        throw refuse(node, 'a value that JSON cannot hold: put it between quotes')
      }
      if (isMap(node)) refuseBadKeys(node.items, refuse)
    },
  })
}

function refuseBadKeys(pairs: readonly { readonly key: unknown }[], refuse: Refuse): void {
  const seen = new Set<string>()
  for (const { key } of pairs) {
    if (!isNode(key)) continue
    if (!isScalar(key)) throw refuse(key, 'a key must be text')
    const name = String(key.value)
    const shown = printable(name.slice(0, 64))
    if (name === '__proto__' || name === '<<') throw refuse(key, `the key ${shown} is not taken`)
    if (seen.has(name)) throw refuse(key, `the key ${shown} is there a second time`)
    seen.add(name)
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  if (typeof value === 'string') return value.isWellFormed()
  return value === null || typeof value === 'boolean'
}

function nodeAt(document: Document, pointer: string): Node | undefined {
  const keys = pointer.split('/').slice(1).map(unescaped)
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true)
    if (isNode(node)) return node
  }
  return isNode(document.contents) ? document.contents : undefined
}

/** RFC 6901; a list is entered by number. */
function unescaped(part: string): string | number {
  return /^[0-9]+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function bad(path: string, line: number, why: string): Error {
  return cliError('bad-document', `${path}, line ${line}: ${why}`)
}
