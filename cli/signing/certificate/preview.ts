import type { CertificateType, Predicates } from '../../../protocol/records/statement.ts'
import type { SecretKey } from '../../keys/key-file.ts'
import { certificateLines } from '../../output/certificate-lines.ts'
import { describeContent, originLines } from '../../output/describe-artefact.ts'
import type { Names } from '../../output/names.ts'
import { printable } from '../../output/printable.ts'
import type { Session } from '../../session.ts'
import type { Certification } from './certification.ts'

/** What will be public when this is signed, line by line. @param names of what it was made from */
export function whatOthersSee(
  { home, genesis }: Pick<Session, 'home' | 'genesis'>,
  signer: SecretKey,
  { type, prepared, content }: Certification,
  names: Names,
): readonly string[] {
  const { naming, description, digest } = prepared
  const [kind, value] = Object.entries(digest)[0] ?? []
  const name = `${home.config.organisation}/${naming.name}@${naming.version}`
  return [
    `All members of ${genesis.document.name} will see:`,
    `  ${type} ${name}`,
    `  signed by ${signer.name} (${home.config.organisation})`,
    `  ${kind} ${value}`,
    `  ${describeContent(description)}`,
    ...originLines(content, names),
    ...contentLines(type, content),
  ]
}

function contentLines(type: CertificateType, content: object): readonly string[] {
  const declared = type === 'artefact' && 'type' in content ? [`of type ${content.type}`] : []
  // What certificates say is told by fields; those of place and artefact are told above.
  const certificate = content as Predicates[CertificateType]
  const lines = [...declared.map(printable), ...certificateLines(certificate)]
  return lines.map((line) => `  ${line}`)
}
