import type { ReplicaEffect } from '../protocol/replica/effect.ts'

export function describeAccusation({
  evidence,
}: Extract<ReplicaEffect, { kind: 'accuse' }>): string {
  switch (evidence.kind) {
    case 'equivocation':
      return `member ${evidence.first.member} said two things at ${evidence.first.height}/${evidence.first.view}`
    case 'amnesia':
      return `member ${evidence.commit.member} forgot what it had committed to at ${evidence.commit.height}/${evidence.commit.view}`
    case 'nonce-reuse':
      return 'an author used one nonce twice'
  }
}
