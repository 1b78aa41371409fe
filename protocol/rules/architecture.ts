import type { Component } from '../records/certificates/certificates.ts'

/**
 * What a network demands of the architecture of its pipelines, declared in its genesis (M38, M39). A
 * pipeline that breaks one is registered as invalid, and so is all that is made with it.
 */
export type ArchitectureRule =
  /** Where both kinds occur, every `first` runs before every `second`. */
  | {
      readonly id: string
      readonly rule: 'before'
      readonly first: string
      readonly second: string
    }
  | { readonly id: string; readonly rule: 'requires'; readonly kind: string }
  | { readonly id: string; readonly rule: 'forbids'; readonly kind: string }

/** @returns the first rule that the architecture breaks */
export function brokenRule(
  components: readonly Component[],
  rules: readonly ArchitectureRule[] = [],
): ArchitectureRule | undefined {
  const order = executionOrder(components)
  return rules.find((rule) => !holds(rule, order))
}

/** Kinds in the order of execution: a component, then the components inside it. */
export function executionOrder(components: readonly Component[]): readonly string[] {
  return components.flatMap(({ kind, components: inner = [] }) => [kind, ...executionOrder(inner)])
}

function holds(rule: ArchitectureRule, order: readonly string[]): boolean {
  switch (rule.rule) {
    case 'before': {
      const second = order.indexOf(rule.second)
      return second < 0 || order.lastIndexOf(rule.first) < second
    }
    case 'requires':
      return order.includes(rule.kind)
    case 'forbids':
      return !order.includes(rule.kind)
  }
}
